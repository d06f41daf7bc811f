"""What made-up documents are about: things with attributes, each of which can stand in a table, a form or a sentence."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from qa.training.made import values as v
from qa.training.made.values import Maker


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that a thing has: what it is called in a header or label, its value, how it is asked for (the first
    label stands for "{label}", the thing for "{it}"), and how a sentence tells it."""

    labels: tuple[str, ...]
    value: Maker
    asks: tuple[str, ...]
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """Things of one sort. `names` makes a thing's name and `it` says how a question names it. `of` heads the column of
    the names. Titles and headings may use "{place}", "{company}" and "{year}"."""

    sort: str
    names: Maker
    it: str
    of: tuple[str, ...]
    titles: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    headings: tuple[str, ...] = ()
    alone: tuple[str, ...] = field(default=())  # how one thing is named in a document about it alone


def a(labels: str, value: Maker, asks: str, tells: str = "") -> Attribute:
    """An attribute, its parts parted by "|"."""
    split = (tuple(part.strip() for part in text.split("|") if part.strip()) for text in (labels, asks, tells))
    return Attribute(next(split), value, next(split), next(split))


PRICE = a("Price|Unit price|Cost|Price each", v.price,
          "How much is {it}?|How much does {it} cost?|What does {it} cost?|What is the price of {it}?",
          "{It} costs {value}.|The price of {it} is {value}.")  # fmt: skip
WEIGHT = a("Weight|Net weight|Mass", v.measured("kg", "g", "lb", "t"),
           "How heavy is {it}?|What does {it} weigh?|How much does {it} weigh?", "{It} weighs {value}.")  # fmt: skip
PHONE = a("Phone|Telephone|Tel.|Extension", v.phone, "What is the phone number of {it}?|What number do I call to reach {it}?",
          "{It} can be reached at {value}.")  # fmt: skip
EMAIL = a("E-mail|Email|Contact", v.email, "What is the e-mail address of {it}?|Where can I write to {it}?",
          "Messages for {it} go to {value}.")  # fmt: skip
ADDRESS = a("Address|Location|Where", v.address, "Where is {it}?|What is the address of {it}?|Where do I find {it}?",
            "{It} is at {value}.")  # fmt: skip
ROOM = a("Room|Office|Where", lambda r: f"{r.choice(('Room ', '', 'R', 'Hall '))}{r.randint(1, 5)}{r.choice(('.', ''))}{r.randint(1, 40):02d}",
         "Which room is {it} in?|Where is {it}?|In what room do I find {it}?", "{It} is in {value}.")  # fmt: skip
SUPPLIER = a("Supplier|Vendor|Manufacturer|Made by", v.company, "Who supplies {it}?|Who makes {it}?|Which company delivers {it}?",
             "{It} is supplied by {value}.")  # fmt: skip
RESPONSIBLE = a("Responsible|Owner|Person in charge|Contact person|Lead", v.person,
                "Who is responsible for {it}?|Who is in charge of {it}?|Who looks after {it}?|Whom do I ask about {it}?",
                "{value} is responsible for {it}.|{It} is looked after by {value}.")  # fmt: skip
STATUS = a("Status|State|Progress", v.one_of("open", "done", "delayed", "in progress", "on hold", "cancelled", "approved", "waiting for parts"),
           "What is the status of {it}?|How far is {it}?|What is the state of {it}?", "{It} is currently {value}.")  # fmt: skip
DUE = a("Due|Deadline|Due date|By", v.date, "When is {it} due?|By when must {it} be finished?|What is the deadline for {it}?",
        "{It} is due on {value}.|The deadline for {it} is {value}.")  # fmt: skip
YEAR = a("Year|Built|Since|First registered", v.year(), "What year is {it} from?|When was {it} built?|Since when is there {it}?",
         "{It} dates from {value}.")  # fmt: skip
WARRANTY = a("Warranty|Guarantee|Warranty period", v.duration, "How long is the warranty on {it}?|What warranty does {it} have?|For how long is {it} guaranteed?",
             "{It} comes with a warranty of {value}.|The warranty of {it} lasts {value}.")  # fmt: skip
DEPOSIT = a("Deposit|Security deposit|Caution money", v.price, "How much is the deposit for {it}?|What deposit do I pay for {it}?|How high is the deposit for {it}?",
            "A deposit of {value} is required for {it}.")  # fmt: skip
START = a(
    "Start|Start date|Starts on|Begins|From",
    v.date,
    "When does {it} start?|When does {it} begin?|From when on does {it} run?",
    "{It} starts on {value}.",
)
END = a(
    "End|End date|Ends on|Until",
    v.date,
    "When does {it} end?|Until when does {it} run?|When is {it} over?",
    "{It} ends on {value}.",
)
COLOUR = a(
    "Colour|Color|Finish",
    v.one_of(*v.COLOURS),
    "What colour is {it}?|In which colour does {it} come?",
    "{It} comes in {value}.",
)
MATERIAL = a(
    "Material|Made of",
    v.one_of(*v.MATERIALS),
    "What is {it} made of?|Which material is {it}?",
    "{It} is made of {value}.",
)
LANGUAGE = a(
    "Language|Taught in",
    v.one_of("English", "German", "French", "Spanish", "Polish", "Arabic", "Danish"),
    "In which language is {it}?|What language is {it} in?",
    "{It} is held in {value}.",
)


def _task(rng: random.Random) -> str:
    verb = rng.choice(
        (
            "Update",
            "Check",
            "Order",
            "Write",
            "Repair",
            "Plan",
            "Prepare",
            "Review",
            "Send",
            "Translate",
            "Paint",
            "Book",
        )
    )
    thing = rng.choice(("the website", "the budget", "new chairs", "the safety report", "the roof", "the summer party",
                        "the contract draft", "the invoice template", "the user manual", "the meeting room", "the test plan",
                        "the newsletter", "the fire doors", "the price list", "the archive", "the shop window"))  # fmt: skip
    return f"{verb} {thing}"


DOMAINS = (
    Domain("goods", v.one_of(*v.GOODS), "the {name}", ("Item", "Article", "Product", "Description", "Goods"),
           ("Price list {year}", "Prices", "Catalogue {company}", "Stock list", "Order form", "Shop prices spring {year}"),
           (PRICE, WEIGHT, SUPPLIER, COLOUR, MATERIAL,
            a("In stock|Stock|Quantity|Available|Units", v.count(), "How many of {it} are in stock?|How many units of {it} are there?", "There are {value} of {it} in stock."),
            a("Article no.|Item no.|SKU|Order code|Part number", v.code, "What is the article number of {it}?|What is the order code for {it}?|Which part number has {it}?", "The order code of {it} is {value}."),
            a("Delivery|Delivery time|Lead time", v.duration, "How long does delivery of {it} take?|What is the delivery time for {it}?", "Delivery of {it} takes {value}."),
            a("Shelf|Storage place|Bin", v.code, "On which shelf is {it}?|Where is {it} kept?", "{It} is kept on shelf {value}.")),
           ("Prices", "Household", "Garden", "Office", "Special offers", "Clearance", "Wholesale", "Retail")),
    Domain("device", v.model, "the {name}", ("Model", "Type", "Device", "Variant"),
           ("Technical data", "Product manual", "Data sheet", "Specifications {company}", "Operating instructions", "Comparison of models"),
           (PRICE, WEIGHT, WARRANTY, COLOUR,
            a("Power|Rated power|Power consumption|Wattage", v.measured("W", "kW", "watts"), "How much power does {it} use?|What is the power consumption of {it}?|How many watts does {it} draw?", "{It} draws {value}."),
            a("Noise level|Sound level|Noise", v.measured("dB", "dB(A)", low=20, high=95), "How loud is {it}?|What is the noise level of {it}?|How noisy is {it}?", "The noise level of {it} is {value}."),
            a("Voltage|Supply|Mains voltage", v.measured("V", low=5, high=400), "What voltage does {it} need?|Which voltage does {it} run on?", "{It} runs on {value}."),
            a("Tank|Capacity|Volume|Tank capacity", v.measured("l", "litres", "L", "ml"), "How much does the tank of {it} hold?|What is the capacity of {it}?", "The tank of {it} holds {value}."),
            a("Battery life|Runtime", v.duration, "How long does the battery of {it} last?|What is the runtime of {it}?", "A full battery runs {it} for {value}."),
            a("Operating temperature|Temperature range|Max. temperature", lambda r: f"{r.randint(-20, 5)} to {r.randint(25, 70)} °C", "At what temperatures does {it} work?|What is the operating temperature of {it}?", "{It} works at {value}."),
            a("Dimensions|Size|W x H x D", lambda r: f"{r.randint(10, 90)} x {r.randint(10, 90)} x {r.randint(5, 60)} cm", "How big is {it}?|What are the dimensions of {it}?", "{It} measures {value}."),
            a("Filter change|Service interval|Maintenance", v.duration, "How often is the filter of {it} changed?|What is the service interval of {it}?", "The filter of {it} is changed every {value}."),
            a("Firmware|Software version", lambda r: f"{r.randint(1, 9)}.{r.randint(0, 20)}.{r.randint(0, 9)}", "Which firmware does {it} have?|What software version runs on {it}?", "{It} runs firmware {value}.")),
           ("Technical data", "Specifications", "At a glance", "Models")),
    Domain("place to visit", v.one_of("town library", "swimming pool", "city museum", "post office", "recycling yard", "registry office", "tourist office", "ice rink", "botanical garden", "canteen", "pharmacy", "reading room", "ticket office", "gym", "castle", "observatory"),
           "the {name}", ("Facility", "Where", "Place", "Service"),
           ("Opening hours", "Visitor information {place}", "Services of the town of {place}", "Leisure guide {year}", "Public facilities"),
           (PHONE, EMAIL, ADDRESS, *(a(day, v.hours, f"When is {{it}} open on {day}?|What are the opening hours of {{it}} on {day}s?|Until when is {{it}} open on {day}?", f"On {day} {{it}} is open {{value}}.") for day in ("Monday", "Wednesday", "Friday", "Saturday", "Sunday")),
            a("Admission|Entry|Ticket|Adults", v.price, "How much is admission to {it}?|What does a ticket for {it} cost?", "Admission to {it} is {value}."),
            a("Children|Reduced|Students", v.price, "How much do children pay at {it}?|What is the reduced price at {it}?", "Children pay {value} at {it}."),
            a("Closed|Holidays|Not open", lambda r: f"{v.date(r)}", "When is {it} closed?|On which day is {it} closed?", "{It} is closed on {value}.")),
           ("Opening hours", "Summer", "Winter", "School holidays", "Term time")),
    Domain("connection", lambda r: r.choice((v.place(r), f"line {r.randint(1, 99)}", f"bus {r.randint(1, 400)}", f"train {v.code(r)}", f"the {v.place(r)} ferry")), "{name}", ("To", "Line", "Destination", "Train", "Route", "Service"),
           ("Timetable {place}", "Departures", "Bus timetable {year}", "Ferry timetable", "Connections from {place}"),
           (a("Departs|Departure|Leaves|Dep.", v.time, "When does {it} leave?|What time does {it} depart?|At what time does {it} leave?", "{It} leaves at {value}."),
            a("Arrives|Arrival|Arr.", v.time, "When does {it} arrive?|What time does {it} get there?", "{It} arrives at {value}."),
            a("Platform|Track|Gate|Stop", lambda r: f"{r.randint(1, 24)}{r.choice(('', 'a', 'b', ''))}", "From which platform does {it} leave?|Which track is {it} on?", "{It} leaves from platform {value}."),
            a("Fare|Single fare|Ticket", v.price, "How much is the fare for {it}?|What does a ticket for {it} cost?", "A ticket for {it} costs {value}."),
            a("Runs|Days|Operates", v.one_of("daily", "Mon–Fri", "weekdays only", "Sat and Sun", "except holidays", "May to September"), "On which days does {it} run?|When does {it} operate?", "{It} runs {value}."),
            a("Journey time|Duration|Travel time", v.duration, "How long does {it} take?|What is the travel time of {it}?", "The journey on {it} takes {value}.")),
           ("Weekdays", "Weekends", "Outbound", "Return", "Summer timetable", "Winter timetable")),
    Domain("employee", v.person, "{name}", ("Name", "Employee", "Who", "Person", "Staff"),
           ("Staff directory", "Who is who at {company}", "Telephone list", "Team {place}", "Contacts"),
           (PHONE, EMAIL, ROOM, START,
            a("Department|Team|Unit", v.one_of("Sales", "Accounting", "Human Resources", "IT support", "Legal", "Purchasing", "Marketing", "Research", "Logistics", "Quality"), "Which department does {it} work in?|What team is {it} in?", "{It} works in {value}."),
            a("Role|Position|Job title|Function", v.one_of("project manager", "data analyst", "head of sales", "receptionist", "electrician", "accountant", "nurse", "safety officer", "developer", "caretaker", "trainee", "managing director"), "What is the job of {it}?|What does {it} do?|What position does {it} hold?", "{It} is the {value}."),
            a("Reports to|Manager|Supervisor", v.person, "Who is the manager of {it}?|Whom does {it} report to?", "{It} reports to {value}."),
            a("Holiday|Absent|On leave until", v.date, "Until when is {it} away?|When is {it} on leave?", "{It} is on leave until {value}.")),
           ("Head office", "Branch office", "Management", "Workshop", "Field staff")),
    Domain("lease", lambda r: f"{v.place(r)} {r.choice(('office', 'flat', 'warehouse', 'shop', 'workshop', 'garage', 'house', 'studio'))}", "the {name}", ("Property", "Object", "Address"),
           ("Lease contract", "Rental agreement", "Tenancy agreements {company}", "Our leases", "Property overview"),
           (DEPOSIT, START, END,
            a("Rent|Monthly rent|Rent per month", v.price, "How much is the rent for {it}?|What is the monthly rent of {it}?|What do we pay for {it} each month?", "The monthly rent for {it} is {value}."),
            a("Notice period|Notice|Period of notice", v.duration, "What is the notice period for {it}?|How long is the period of notice for {it}?|How much notice must be given for {it}?", "The notice period for {it} is {value}.|The lease of {it} can be ended with {value} notice."),
            a("Landlord|Lessor|Owner", lambda r: r.choice((v.person, v.company))(r), "Who is the landlord of {it}?|Who owns {it}?|From whom is {it} rented?", "The landlord of {it} is {value}."),
            a("Tenant|Lessee|Rented to", lambda r: r.choice((v.person, v.company))(r), "Who is the tenant of {it}?|Who rents {it}?", "{It} is rented to {value}."),
            a("Area|Floor space|Size", v.measured("m²", "sqm", "square metres", low=18, high=900), "How large is {it}?|What is the floor space of {it}?", "{It} has {value}."),
            a("Service charges|Utilities|Heating costs", v.price, "How much are the service charges for {it}?|What do the utilities of {it} cost?", "Service charges for {it} are {value}."),
            a("Parking spaces|Parking", v.count(1, 60), "How many parking spaces does {it} have?|How many cars can be parked at {it}?", "{It} has {value} parking spaces.")),
           ("Terms", "Contract data", "Key facts"), ("the contract", "the lease", "the agreement")),
    Domain("course", lambda r: f"{r.choice(('Introduction to', 'Advanced', 'Applied', 'Basics of', 'Evening class:', 'Workshop'))} {r.choice(('statistics', 'pottery', 'accounting', 'botany', 'Spanish', 'first aid', 'welding', 'drawing', 'programming', 'yoga', 'bookbinding', 'law', 'chemistry', 'photography'))}", "{name}", ("Course", "Class", "Module", "Seminar"),
           ("Course catalogue {year}", "Adult education {place}", "Modules", "Programme autumn {year}", "Training plan"),
           (ROOM, START, LANGUAGE,
            a("Lecturer|Teacher|Instructor|Trainer", v.person, "Who teaches {it}?|Who is the lecturer of {it}?", "{It} is taught by {value}."),
            a("Credits|ECTS|Points", v.count(1, 15), "How many credits does {it} give?|How many points is {it} worth?", "{It} is worth {value} credits."),
            a("Fee|Course fee|Price", v.price, "How much is the fee for {it}?|What does {it} cost?", "The fee for {it} is {value}."),
            a("Day|When|Weekday", lambda r: f"{r.choice(v.DAYS)}s, {v.time(r)}", "When does {it} take place?|On which day is {it}?", "{It} takes place on {value}."),
            a("Places|Max. participants|Seats", v.count(4, 60), "How many people can take part in {it}?|How many places are there in {it}?", "{It} has {value} places."),
            a("Exam|Assessment|Examination", v.date, "When is the exam of {it}?|What is the exam date for {it}?", "The exam of {it} is on {value}.")),
           ("Bachelor", "Master", "Evening classes", "Weekend courses", "First term", "Second term")),
    Domain("sample", lambda r: f"{r.choice(('Sample', 'Probe', 'Batch', 'Specimen', 'Run'))} {v.code(r)}", "{name}", ("Sample", "ID", "Batch", "Specimen"),
           ("Lab report", "Measurements {year}", "Test protocol", "Water analysis {place}", "Quality control"),
           (a("pH|pH value", lambda r: f"{r.uniform(2, 12):.1f}", "What is the pH of {it}?|Which pH value was measured in {it}?", "The pH of {it} was {value}."),
            a("Temperature|Temp.", v.measured("°C", "K", low=2, high=300), "What temperature was {it}?|At what temperature was {it} measured?", "{It} was measured at {value}."),
            a("Mass|Weight", v.measured("mg", "g"), "What is the mass of {it}?|How heavy is {it}?", "The mass of {it} was {value}."),
            a("Nitrate|Lead content|Chloride", v.measured("mg/l", "µg/l", "ppm"), "How much {label} was found in {it}?|What is the {label} in {it}?", "In {it} we found {value} {label}."),
            a("Taken on|Date|Sampled", v.date, "When was {it} taken?|On what date was {it} collected?", "{It} was taken on {value}."),
            a("Taken by|Analyst|Operator", v.person, "Who took {it}?|Who analysed {it}?", "{It} was analysed by {value}."),
            a("Result|Assessment|Verdict", v.one_of("passed", "failed", "not detected", "above limit", "within limits", "repeat", "contaminated"), "What was the result for {it}?|How was {it} assessed?", "The result for {it} was: {value}.")),
           ("Results", "First series", "Second series", "Control group", "Before cleaning", "After cleaning")),
    Domain("event", lambda r: f"{r.choice(('spring', 'annual', 'regional', 'open-air', 'winter', 'young'))} {r.choice(('concert', 'flea market', 'conference', 'fun run', 'book fair', 'general meeting', 'exhibition', 'film night', 'tournament', 'harvest fair'))}", "the {name}", ("Event", "What", "Date"),
           ("Programme {year}", "Events in {place}", "Calendar", "Newsletter", "What is on"),
           (START, RESPONSIBLE, ADDRESS, PRICE,
            a("Speaker|Guest|Performer", v.person, "Who speaks at {it}?|Who performs at {it}?", "{value} will speak at {it}."),
            a("Doors open|Time|Begin", v.time, "What time does {it} begin?|When do doors open for {it}?", "Doors for {it} open at {value}."),
            a("Registration|Register by|Sign up until", v.date, "By when must I register for {it}?|Until when can I sign up for {it}?", "Please register for {it} by {value}."),
            a("Visitors|Attendance|Guests", v.count(20, 30000), "How many people came to {it}?|How many visitors did {it} have?", "{It} had {value} visitors.")),
           ("Spring", "Autumn", "For children", "This month", "Next month")),
    Domain("invoice", lambda r: f"invoice {v.code(r)}", "{name}", ("Invoice", "Document", "No."),
           ("Invoice", "Accounts {year}", "Open items {company}", "Billing overview"),
           (DUE, STATUS,
            a("Amount|Total|Amount due|Sum", v.price, "How much is {it}?|What is the total of {it}?|How much do we owe for {it}?", "The total of {it} is {value}."),
            a("VAT|Tax|VAT rate", v.percent, "What VAT rate applies to {it}?|How much VAT is on {it}?", "VAT on {it} is {value}."),
            a("Customer|Client|Bill to", v.company, "Who is the customer on {it}?|To whom was {it} sent?", "{It} was sent to {value}."),
            a("Date|Issued|Invoice date", v.date, "When was {it} issued?|What is the date of {it}?", "{It} was issued on {value}."),
            a("Paid on|Payment received", v.date, "When was {it} paid?|When did the payment for {it} arrive?", "{It} was paid on {value}."),
            a("Reference|Order number|Our reference", v.code, "What is the reference of {it}?|Which order number belongs to {it}?", "The reference of {it} is {value}.")),
           ("Open", "Paid", "First quarter", "Second quarter", "Overdue"), ("the invoice", "this invoice", "the bill")),
    Domain("medicine", lambda r: r.choice(("Axo", "Veli", "Cordi", "Nepro", "Salu", "Lumi", "Toxi", "Fera", "Pulmo", "Derma")) + r.choice(("ran", "zol", "min", "dex", "cet", "vir", "pan", "tol", "gel", "fen")), "{name}", ("Medicine", "Name", "Drug", "Preparation"),
           ("Package leaflet", "Medication plan", "Ward formulary", "Patient information"),
           (a("Dose|Dosage|Single dose", v.measured("mg", "ml", "tablets", "drops", low=1, high=800), "What is the dose of {it}?|How much {it} should be taken?|How much {it} do I take?", "The usual dose of {it} is {value}."),
            a("How often|Frequency|Times a day", v.one_of("twice a day", "once daily", "every 8 hours", "three times a day", "before meals", "at bedtime", "every second day"), "How often is {it} taken?|When should I take {it}?", "{It} is taken {value}."),
            a("Maximum per day|Max. daily dose|Not more than", v.measured("mg", "tablets", low=2, high=4000), "What is the maximum daily dose of {it}?|How much {it} is allowed in a day?", "No more than {value} of {it} may be taken in a day."),
            a("Storage|Store at|Keep", v.one_of("below 25 °C", "in the refrigerator", "at 2–8 °C", "in a dry place", "away from light", "at room temperature"), "How should {it} be stored?|Where is {it} kept?", "{It} must be stored {value}."),
            a("From age|Minimum age|Suitable from", lambda r: f"{r.randint(1, 18)} years", "From what age may {it} be given?|How old must one be to take {it}?", "{It} may be given from {value} on."),
            a("Shelf life|Use within|After opening", v.duration, "How long can {it} be used after opening?|What is the shelf life of {it}?", "Once opened, {it} can be used for {value}."),
            a("Side effects|Common side effects", v.one_of("dry mouth", "headache and nausea", "dizziness", "skin rash", "tiredness", "loss of appetite"), "What are the side effects of {it}?|Which side effect does {it} have?", "{It} often causes {value}.")),
           ("Adults", "Children", "Dosage", "Before use")),
    Domain("vehicle", lambda r: f"{r.choice(('van', 'truck', 'minibus', 'tractor', 'pickup', 'car'))} {v.code(r)}", "{name}", ("Vehicle", "Plate", "Car"),
           ("Fleet list", "Vehicles {company}", "Logbook {year}", "Car pool"),
           (YEAR, RESPONSIBLE,
            a("Mileage|Odometer|Kilometres", v.measured("km", "miles", low=900, high=290000), "What is the mileage of {it}?|How many kilometres has {it} run?", "{It} has run {value}."),
            a("Next inspection|Inspection due|MOT", v.date, "When is the next inspection of {it}?|When must {it} be inspected?", "The next inspection of {it} is on {value}."),
            a("Consumption|Fuel consumption", v.measured("l/100 km", "mpg", low=3, high=40), "How much fuel does {it} use?|What is the fuel consumption of {it}?", "{It} uses {value}."),
            a("Tyre pressure|Tire pressure", v.measured("bar", "psi", low=1.8, high=60), "What is the tyre pressure of {it}?|How much pressure do the tyres of {it} need?", "The tyres of {it} need {value}."),
            a("Payload|Max. load", v.measured("kg", "t", low=1, high=4000), "How much can {it} carry?|What is the payload of {it}?", "{It} can carry {value}."),
            a("Fuel|Drive", v.one_of("diesel", "petrol", "electric", "hybrid", "LPG"), "What fuel does {it} run on?|Which drive does {it} have?", "{It} runs on {value}.")),
           ("Depot north", "Depot south", "Leased", "Owned")),
    Domain("plant", v.one_of("lavender", "lady's mantle", "black-eyed Susan", "catmint", "foxglove", "yarrow", "bergenia", "peony", "delphinium", "hosta", "aster", "salvia", "bellflower", "anemone", "coneflower", "astilbe"), "{name}", ("Plant", "Species", "Variety", "Name"),
           ("Planting plan", "Perennials for dry gardens", "Nursery list {year}", "Garden notes"),
           (a("Height|Max. height|Grows to", v.measured("cm", "m", low=1, high=180), "How tall does {it} get?|How high does {it} grow?|What is the height of {it}?", "{It} grows to {value}."),
            a("Flowering|In flower|Blooms", lambda r: f"{r.choice(v.MONTHS[2:6])} to {r.choice(v.MONTHS[6:10])}", "When does {it} flower?|When is {it} in bloom?", "{It} flowers from {value}."),
            a("Spacing|Distance|Plants per m²", v.measured("cm", low=15, high=90), "How far apart is {it} planted?|What spacing does {it} need?", "{It} is planted {value} apart."),
            a("Light|Site|Position", v.one_of("full sun", "half shade", "shade", "sun to half shade"), "How much light does {it} need?|Where should {it} be planted?", "{It} likes {value}."),
            a("Water|Watering", v.one_of("once a week", "daily in summer", "sparingly", "when dry", "every three days"), "How often should {it} be watered?|How much water does {it} need?", "{It} is watered {value}."),
            PRICE, COLOUR),
           ("Shade", "Sunny beds", "Edging", "Ground cover")),
    Domain("setting", lambda r: r.choice(("--", "", "")) + r.choice(("max", "retry", "cache", "log", "session", "upload", "idle", "batch", "proxy", "backup")) + r.choice(("_", "-")) + r.choice(("size", "limit", "level", "timeout", "interval", "count", "path", "mode")), "{name}", ("Option", "Setting", "Parameter", "Variable", "Flag"),
           ("Configuration reference", "Settings", "Command line options", "Administrator guide", "README"),
           (a("Default|Default value", lambda r: r.choice((str(r.randint(0, 4096)), "off", "on", "none", "/var/tmp", "auto", f"{r.randint(1, 60)}s", "true", "false", "info")), "What is the default of {it}?|Which value does {it} have by default?|What is the default value for {it}?", "By default {it} is {value}."),
            a("Range|Allowed values|Values", lambda r: r.choice((f"{r.randint(0, 9)} to {r.randint(10, 999)}", f"{r.randint(1, 50)}–{r.randint(60, 9000)}", "on, off", "low, medium, high")), "What values can {it} take?|Which values are allowed for {it}?", "{It} takes values of {value}."),
            a("Unit|Measured in", v.one_of("seconds", "bytes", "MB", "milliseconds", "lines", "requests"), "In what unit is {it} given?|Which unit does {it} use?", "{It} is given in {value}."),
            a("Since|Added in|Since version", lambda r: f"{r.randint(1, 12)}.{r.randint(0, 30)}", "Since which version is there {it}?|When was {it} added?", "{It} was added in version {value}."),
            a("Meaning|Description|What it does", lambda r: r.choice(("limits the size of", "turns off", "sets the place of", "controls how often we write", "names the owner of", "delays the start of")) + " " + r.choice(("the cache", "uploads", "the log file", "background jobs", "user sessions", "the index")), "What does {it} do?|What is {it} for?|What is the meaning of {it}?", "{It} {value}.")),
           ("General", "Network", "Storage", "Logging", "Security")),
    Domain("task", _task, "“{name}”", ("Task", "Action", "What", "To do"),
           ("Minutes of the meeting", "Action items", "Project plan {company}", "To-do list", "Minutes {place}, {year}"),
           (RESPONSIBLE, DUE, STATUS,
            a("Budget|Estimated cost|Costs", v.price, "What is the budget for {it}?|How much may {it} cost?", "The budget for {it} is {value}."),
            a("Priority|Urgency", v.one_of("high", "low", "medium", "urgent", "A", "B"), "What priority does {it} have?|How urgent is {it}?", "{It} has priority {value}."),
            a("Effort|Estimate|Hours", v.measured("h", "hours", "days", low=1, high=60), "How much effort is {it}?|How long will {it} take?", "We estimate {value} for {it}.")),
           ("Decisions", "Open points", "Next steps", "Agenda item 2", "Agenda item 5")),
    Domain("dish", v.one_of(*v.DISHES), "the {name}", ("Dish", "Recipe", "Meal"),
           ("Recipes", "Cookbook", "Menu {place}", "Canteen menu", "Family recipes"),
           (PRICE,
            a("Serves|Servings|Portions", v.count(1, 24), "How many people does {it} serve?|For how many people is {it}?", "{It} serves {value}."),
            a("Preparation|Prep time|Time", v.duration, "How long does {it} take to prepare?|What is the preparation time of {it}?", "Preparing {it} takes {value}."),
            a("Baking time|Cooking time", v.duration, "How long does {it} have to bake?|How long is {it} cooked?", "{It} is done after {value}."),
            a("Oven|Oven temperature|Temperature", v.measured("°C", "°F", low=90, high=450), "At what temperature is {it} baked?|How hot must the oven be for {it}?", "{It} is baked at {value}."),
            a("Calories|Energy|kcal", v.measured("kcal", "kJ", low=90, high=2400), "How many calories does {it} have?|How much energy is in {it}?", "One portion of {it} has {value}."),
            a("Allergens|Contains", v.one_of("nuts", "gluten", "milk", "eggs and milk", "celery", "soy", "sesame"), "What allergens are in {it}?|Which allergen does {it} contain?", "{It} contains {value}.")),
           ("Starters", "Main courses", "Baking", "Monday", "Vegetarian")),
    Domain("club", lambda r: f"{v.place(r)} {r.choice(('Rovers', 'United', 'Wanderers', 'Athletic', 'Eagles', 'Harriers', 'SC', 'Vikings'))}", "{name}", ("Team", "Club", "Side"),
           ("League table", "Season {year}", "Results", "Club handbook"),
           (a("Points|Pts", v.count(3, 99), "How many points does {it} have?|What is the score of {it} in the table?", "{It} has {value} points."),
            a("Won|Wins|W", v.count(1, 34), "How many games did {it} win?|How often did {it} win?", "{It} won {value} games."),
            a("Lost|Losses|L", v.count(1, 34), "How many games did {it} lose?|How often has {it} lost?", "{It} lost {value} games."),
            a("Coach|Trainer|Manager", v.person, "Who coaches {it}?|Who is the coach of {it}?", "{It} is coached by {value}."),
            a("Ground|Stadium|Venue", lambda r: f"{r.choice(v.STREETS)} {r.choice(('Ground', 'Park', 'Arena', 'Stadium'))}", "Where does {it} play?|What is the ground of {it} called?", "{It} plays at {value}."),
            a("Founded|Since", v.year(1860, 2012), "When was {it} founded?|How old is {it}?", "{It} was founded in {value}."),
            a("Members|Membership", v.count(20, 9000), "How many members does {it} have?", "{It} has {value} members.")),
           ("First division", "Second division", "Women", "Under 19", "Last season")),
)  # fmt: skip
