"""Everyday words for what columns and tables are usually called; a column may be alluded to by any of its group.

General English only: what people say instead of the word a schema has (`how old` for age, `nation` for country).
"""

from __future__ import annotations

from typing import Final

from querywright.synthesis.correspondence.stems import stem

_GROUPS: Final = """
age old young older oldest younger youngest elder senior born birthday
name call title who whose entitle know named
title name heading call
country nation nationality where land national international abroad from
nationality country nation citizen from national
city town where municipality place location urban
location where place locate site situated position city area address venue
address where live location reside street located home
state province where region live
origin from where come
home where from live
place where location venue position city
date when day time year month
year when date time old annual recent age
time when hour duration long late early fast
month when date
day when date
price cost cheap expensive charge fee pay value worth dollar cheapest expensive much spend priced
cost price expensive cheap charge fee pay spend money much
amount much money pay value total cost number sum quantity dollar price spend many
quantity many much number amount count
salary earn pay paid income wage make money compensation
income earn salary money
weight heavy light heaviest lightest weigh mass
height tall short high tallest shortest
length long short longest shortest duration extent
duration long short longest shortest last time length
distance far long near close mile farthest nearest longest
size large small big largest biggest smallest area
area large small big size region largest biggest smallest field
elevation high low altitude height highest lowest
population people inhabitant populous live resident populate
capacity seat hold people many size large big accommodate maximum
speed fast slow quick rapid fastest slowest
rating rate score star review good best popular worst high
rate rating percentage fee
score point rating grade result mark high
grade score mark level class year
rank position place first ranking top best order
rate percent percentage
gender sex male female man woman boy girl
sex gender male female man woman boy girl
type kind sort category class style
category kind type sort genre class
kind type sort
genre type kind category style music
style type kind genre
class type category course kind
code id number symbol abbreviation short
id identify identifier number code identification
number id many count code no amount
count number many total
description describe detail explain content
detail information description describe info
status state condition situation
email mail contact address
phone telephone contact call number cell mobile fax
language speak spoken tongue
job work occupation position profession role career employ
position role job play place post
role part position play job
profession job occupation
department division unit major
company firm business corporation manufacturer maker employer organization
firm company business
manufacturer maker make company produce manufacture producer
maker manufacturer make company produce
employee worker staff people work employ person member personnel
staff employee worker member people personnel
worker employee staff
person people who individual man woman human
people person who individual man woman human
customer client buyer purchase shopper guest user person consumer
client customer
student pupil people who learner person
teacher instructor professor faculty teach lecturer
instructor teacher professor teach faculty lecturer
professor teacher instructor faculty
faculty professor teacher instructor staff member
singer artist musician vocalist performer perform sing
artist singer musician painter performer band
musician artist singer band player
song track music single piece tune sing record
track song music
music song
album record release
movie film show title picture
film movie
show program movie performance display
series show program
episode show
actor star cast act actress play performer
director direct movie
author writer write publish
writer author write
paper publication article write publish
publication publish paper article book
book publication novel read write
player athlete people member play who sportsman
team club side squad
club team group
match game play competition fixture
game match play
competition contest tournament event game compete
contestant competitor participant candidate
participant attend participate people member join attendee take
member people who belong participant person
conference meeting
event happen occur
course class subject take study
school university college institution
college university school institution
university college school institution
building house property
apartment flat unit home
room apartment
hotel stay lodging
store shop branch mall
shop store
product item good merchandise thing article
item product thing
order purchase buy place booking
purchase buy order bought
transaction payment purchase deal
payment pay paid
invoice bill
account balance
loan borrow credit
branch bank store office
airport fly flight airfield
flight fly plane route airplane trip
airline carrier company fly
aircraft plane airplane flight fly
plane aircraft airplane
vehicle car automobile truck
car vehicle automobile model auto
model car version type
ship boat vessel
train railway
station stop
destination to arrive land end where
source from depart origin start
departure leave depart from
arrival arrive to
origin source from
start begin from open since
end finish until to close last leave
stop
doctor physician
physician doctor
patient people who person
pet animal dog cat
dog pet
animal pet
winner win won victory champion best
win won winner victory
loser lose lost
result outcome win
goal score
point score
vote ballot support
party political group
president leader head
head lead boss manager chief leader run
manager manage boss head supervisor lead run
leader lead head boss chief
founder found start
owner own belong possess
creator create
document file paper
project work assignment task
task work
skill ability
degree study program
major study field department subject
minor study
hire start join employ
birth born birthday age old
death die dead kill
killed death die casualty
injured hurt injury
level grade rank
theme topic subject
topic subject theme
subject topic course
county area region
region area where continent
continent region where
neighborhood area district
district area region
river flow run
border neighbor adjacent surround next
traverse flow run go cross through
mountain peak high summit
lake water
street road address
zip postal code
first forename given name
last family surname name
surname last family
middle initial
nickname name
profit earn gain money make
revenue sales income money earn make
sales sell sold revenue
market value
budget money fund
balance money saving account
saving money
attendance attend people audience crowd many
audience people attend
friend buddy know like
user people who customer
reviewer review who people
review comment rate rating
comment review say
tweet post message
follower follow
rating quality
temperature hot cold warm cool degree
rain wet precipitation
humidity humid
wind windy
color colour
material make
medium material
party member
election elect vote
representative congress
crime criminal
percentage percent rate share
horsepower power
mpg mile gallon economy fuel
cylinder engine
acceleration accelerate fast
hour time long work
minute time long
reign rule
spouse husband wife married
parent father mother
child kid son daughter
host hold where
mission launch
weapon gun
body
nominate nomination award
award win prize
prize award win
stadium venue arena ground where
venue place where stadium
concert performance show event
exhibition show exhibit
theme topic
museum visit
visitor visit people who
restaurant eat food place
food dish eat meal
dish food
ingredient recipe
drink beverage
wine grape bottle
software program
device machine
machine equipment
engineer technician
fault problem
policy insurance
claim
driver drive
race compete circuit
lap
circuit track
bridge
tree
apartment flat
tourist tourism visit
attraction visit
complaint complain issue
agency
claim request
staff employ
problem issue
platform
journal publication
editor edit
theme
voting vote
contact phone email
delivery deliver ship
shipment ship deliver
supplier supply provider
product produce
production produce
crew
enrollment enroll student attend
enrolment enroll student attend
registration register
registered register
tryout try
roller coaster
share stake
wrestler fighter
gymnast athlete
swimmer athlete
cyclist rider
entrepreneur businessman
investor invest
candidate applicant people
county
"""


def _read(groups: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in groups.splitlines():
        said = line.split()
        if said:
            found.setdefault(stem(said[0]), set()).update(stem(word) for word in said[1:])
    return {word: frozenset(others) for word, others in found.items()}


SYNONYMS: Final = _read(_GROUPS)
"""By the stem of the word a schema has: the stems of what people say for it."""
