"""What schema authors shorten: abbreviations, acronyms, and the names of units."""

from __future__ import annotations

from querywright.synthesis.lexicon.listing import listed

ABBREVIATIONS: dict[str, str] = dict(
    line.split("=", 1)
    for line in """
dob=date of birth|bdate=birth date|birthdate=birth date|dod=date of death|qty=quantity|quant=quantity|amt=amount
num=number|nbr=number|nr=number|addr=address|adr=address|dept=department|dep=department|emp=employee|empl=employee
mgr=manager|mngr=manager|desc=description|descr=description|yr=year|yrs=years|pct=percentage|perc=percentage
avg=average|cnt=count|lat=latitude|lng=longitude|lon=longitude|tel=telephone|telno=telephone number|fname=first name
lname=last name|mname=middle name|dt=date|ts=timestamp|img=image|org=organization|orgs=organizations|acct=account
acnt=account|inv=invoice|prod=product|cat=category|lvl=level|temp=temperature|ht=height|wt=weight
min=minimum|max=maximum|std=standard|stu=student|stud=student|fac=faculty|prof=professor|crs=course|sem=semester
sched=scheduled|cust=customer|curr=current|prev=previous|loc=location|locn=location|ref=reference|refs=references
sess=session|stat=status|stats=statistics|msg=message|txt=text|pwd=password|passwd=password|usr=user|auth=author
pub=publication|publ=publisher|mfr=manufacturer|mfg=manufacturer|manuf=manufacturer|sal=salary|comm=commission
hrs=hours|hr=hour|mins=minutes|secs=seconds|sec=second|mo=month|mon=month|mth=month|wk=week|qtr=quarter
cred=credits|creds=credits|grp=group|grps=groups|typ=type|ver=version|val=value|pos=position|seq=sequence
freq=frequency|dist=distance|vol=volume|len=length|pop=population|gov=government|govt=government|intl=international
natl=national|univ=university|inst=institution|mgmt=management|admin=administrator|assoc=association|bldg=building
blvd=boulevard|apt=apartment|rm=room|tot=total|bal=balance|trans=transaction|txn=transaction
trx=transaction|pmt=payment|pymt=payment|disc=discount|exp=experience|est=estimated|orig=original|dest=destination
src=source|dst=destination|arr=arrival|flt=flight|pax=passengers|veh=vehicle|reg=registration
regn=registration|lic=license|cert=certificate|ins=insurance|pt=patient|pat=patient|diag=diagnosis|dx=diagnosis
rx=prescription|doc=document|docs=documents|hosp=hospital|phys=physician|proc=procedure|med=medication|req=request
reqs=requirements|res=result|env=environment|config=configuration|cfg=configuration|param=parameter
params=parameters|attr=attribute|attrs=attributes|calc=calculated|coef=coefficient|elev=elevation
alt=altitude|ext=extension|hq=headquarters|biz=business|cntry=country|ctry=country|prov=province
terr=territory|neighbourhood=neighborhood|lang=language|nat=nationality|nationalty=nationality|gen=gender
mstat=marital status|occ=occupation|edu=education|educ=education|cmt=comment|cmts=comments|attn=attention
whse=warehouse|wh=warehouse|inven=inventory|stk=stock|uom=unit of measure|pkg=package
ord=order|promo=promotion|mktg=marketing|mkt=market|cur=currency|ccy=currency
fx=exchange|prin=principal|yld=yield|div=division|divn=division|sect=section|subj=subject
lib=library|perf=performance|comp=competition|tourn=tournament|opp=opponent
pts=points|reb=rebounds|ast=assists|stl=steals|blk=blocks|fg=field goals|att=attempts|yds=yards|td=touchdowns
wks=weeks|mths=months|mos=months|nav=navigation|tmp=temporary|idx=index|sys=system|svc=service
srv=service|serv=service|tech=technology|eng=engineering|dev=development|prereq=prerequisite|prereqs=prerequisites
advis=advisor|enrol=enrolment|enr=enrollment|grad=graduation|hs=high school|vin=VIN
mpg=MPG|edispl=engine displacement|displ=displacement|hp=horsepower|cyl=cylinders|accel=acceleration
indep=independence|gnp=GNP|ssn=SSN|essn=employee SSN|dno=department number|pno=project number
dnumber=department number
pnumber=project number
dlocation=department location|plocation=project location|minit=middle initial|superssn=supervisor SSN|ssno=SSN
mgrssn=manager SSN|approx=approximate|telephone=telephone|tz=time zone|timezone=time zone
lastname=last name|firstname=first name|middlename=middle name|fullname=full name|surname=surname|nickname=nickname
username=username|email=email|emailaddress=email address|zipcode=zip code|zip=zip code|postcode=postcode
homepage=homepage|website=website|filename=file name|datetime=time|timestamp=timestamp|startdate=start date
enddate=end date|birthday=birthday|birthplace=birthplace|lifespan=lifespan|datecreated=date created
createdate=creation date|updatedate=update date|airdate=air date|headcount=headcount|runtime=runtime|workout=workout
yearid=year|lgid=league|divid=division|lg=league|flno=flight number
regno=registration number|acctno=account number|phoneno=phone number|roomno=room number|jan=january
feb=february|apr=april|jun=june|jul=july|aug=august|sep=september|oct=october
nov=november|openning=opening
mailshot=mailshot|mailshots=mailshots|cond=condition|init=initial|staring=starting|donator=donor|dir=direction
appelation=appellation|checkin=check-in|ff=frequent flyer|accelerate=acceleration|plyr=player|rep=representative
hiredate=hire date|jobcode=job code|dnum=department number|qtys=quantities|orgid=organization ID|mkts=markets
hosps=hospitals|lnk=link|cel=cell
discription=description|adress=address|quanity=quantity|recieved=received|enviroment=environment|maxium=maximum
commision=commission|inidividual=individual|descriptio=description|agrement=agreement|catalogue=catalog
fulltime=full-time
parttime=part-time|rev=revenue|exch=exchange|sp=special|cd=code|ind=indicator|flg=flag|yn=flag
mgmt=management|tsp=timestamp|gdr=gender|cmpny=company|corp=corporation
mem=member|mbr=member|mbrs=members|ssid=session ID|svcs=services|appt=appointment|appts=appointments
rcpt=receipt|rcvd=received|sup=supplier|supp=supplier|vend=vendor|vndr=vendor|attd=attendance|attnd=attendance
popul=population|sqft=square feet|gal=gallons|ctr=center|cty=city|dur=duration|durn=duration|fn=function
ln=line|sn=serial number|pk=primary key|fk=foreign key|hgt=height|wgt=weight|dim=dimension
lnam=last name|fnam=first name|langs=languages|cats=categories|prods=products|custs=customers|emps=employees
depts=departments|insts=institutions|cre=created|upd=updated|mod=modified
""".replace("\n", "|").split("|")
    if line
)  # fmt: skip
"""Short form → what it stands for. A table of the schema that begins with the short form comes before these."""

WEAK = listed("""
    comp hs sched res stat doc sec pos mon cat temp att ast alt exp reg med sp ind mod rem gen cur trans
    inst nat disc dist lib obj sup col ln fn td ins prin mo pt cre fg mem lit arr env def
    dim cd rev
""")
"""Abbreviations that are also words: expanded only beside other words, never alone as a name."""

ACRONYMS = listed("""
    id isbn issn url uri ip gdp gnp gpa ssn mpg usa us uk eu un vat vin sku upc ean iata icao iso html http api
    os cpu gpu ram cd dvd tv rpm kph mph bpm bmi era rbi mvp nba nfl nhl mlb fifa atp wta pin atm crm erp it dpi
    pdf xml json csv sql uuid guid dna rna hiv icu er mri icd npi ndc cve mac lan wan gps gmt utc am pm ph nox
    co2 iq sat act toefl gre gmat phd ceo cfo cto vip faq rfid iban bic swift cvv cvc apr roi etf ipo esg kpi
    ppm ppv fda wifi kwh dj ufo sms dns ssl led lcd rgb nyc nasa hdi imdb doi orcid eps pe pf fk pk wr qb
""")
"""Written in capitals."""

UNITS: dict[str, str] = {
    "km": "km", "kms": "km", "kilometers": "km", "kilometres": "km", "kilometer": "km", "m": "m", "meters": "meters",
    "metres": "meters", "kilograms": "kg", "kilogram": "kg", "milligrams": "mg",
    "cm": "cm", "mm": "mm", "ft": "feet", "feet": "feet", "inches": "inches", "inch": "inches",
    "miles": "miles", "mile": "miles", "mi": "miles", "yards": "yards", "kg": "kg", "kgs": "kg", "g": "g",
    "grams": "grams", "gram": "grams", "mg": "mg", "lb": "pounds", "lbs": "pounds", "pounds": "pounds", "oz": "ounces",
    "tonnes": "tonnes", "tons": "tons", "usd": "$", "dollars": "$", "dollar": "$", "eur": "€", "euro": "€",
    "euros": "€", "gbp": "£", "cents": "cents", "pct": "%", "percent": "%", "percentage": "%", "perc": "%",
    "min": "minutes", "mins": "minutes", "minutes": "minutes", "minute": "minutes", "sec": "seconds",
    "secs": "seconds", "seconds": "seconds", "ms": "milliseconds", "milliseconds": "milliseconds",
    "millis": "milliseconds", "hours": "hours", "hour": "hours", "hrs": "hours", "hr": "hours", "days": "days",
    "weeks": "weeks", "months": "months", "years": "years", "kb": "KB", "mb": "MB", "gb": "GB", "bytes": "bytes",
    "kwh": "kWh", "kw": "kW", "watts": "watts", "mph": "mph", "kmh": "km/h", "kph": "km/h", "celsius": "°C",
    "fahrenheit": "°F", "c": "°C", "f": "°F", "liters": "liters", "litres": "liters", "ml": "ml", "gallons": "gallons",
    "acres": "acres", "hectares": "hectares", "sqft": "square feet", "sqm": "m²", "sqkm": "km²", "km2": "km²",
    "m2": "m²", "points": "points", "knots": "knots",
    "degrees": "degrees", "deg": "degrees", "pts": "points", "millions": "million", "million": "million",
    "billions": "billion", "billion": "billion", "thousands": "thousand",
}  # fmt: skip
"""Last words of a column name that say what its numbers are counted in."""

MONTHS = listed("january february april june july august september october november december")
"""Written with a capital; March and May are also words."""
