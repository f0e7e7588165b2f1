"""The columns of the spreadsheets that clusters have."""

from django.utils.translation import gettext_lazy as _

from clusters import forms, models
from projects.importing.columns import CODE_COLUMN, Column, Kind

_SME = Column(
    "sme",
    also="firm | company | enterprise | beneficiary | фирма | предузеће | ditta | impresa | azienda "
    "| unternehmen "
    "| cég | empresa | firma | sme name | sme code | name of the firm | company name",
    example="SME-0001 · Example Ltd",
    says=_("The firm's code, or its name as the portal has it."),
)
_CLUSTER = "клъстер | кластер | cluster name | klaszter | delivered by"

SMES = Kind(
    name="smes",
    title=_("SMEs"),
    model=models.SME,
    form=forms.SMEForm,
    list_url="sme_list",
    says=_(
        "A firm that the portal has already is found by its code, else by country and registration number, else by "
        "country and name."
    ),
    columns=(
        CODE_COLUMN,
        Column(
            "name",
            also="company | company name | firm | firm name | enterprise | sme | name of the company | title "
            "| наименование | фирма | име | име на фирмата | назив | naziv | ime | denominazione "
            "| ragione sociale "
            "| nome | azienda | impresa | firma | firmenname | unternehmen | cégnév | név | cég neve "
            "| denumire "
            "| denumirea | nume | nome da empresa | designação | empresa",
            example="Example Energy Ltd",
        ),
        Column(
            "native_name",
            also="native name | original name | local name | име на кирилица | назив на ћирилици "
            "| name in cyrillic",
            example="Пример Енергия ООД",
        ),
        Column(
            "country",
            also="държава | страна | држава | država | zemlja | paese | nazione | stato | land "
            "| staat | ország "
            "| țară | tara | país | pays | country code",
            example="Bulgaria",
        ),
        Column(
            "town",
            also="city | place | municipality | град | населено място | место | grad | mesto | città "
            "| comune | ort "
            "| stadt | város | település | oraș | localitate | cidade | localidade | location | seat",
            example="Plovdiv",
        ),
        Column(
            "registration_number",
            also="registration no | reg no | reg number | company number | company id | id number "
            "| еик | булстат "
            "| еик булстат | матични број | maticni broj | mb | numero rea | rea | codice fiscale "
            "| handelsregister "
            "| handelsregisternummer | hrb | cégjegyzékszám | cui | cod fiscal | nr reg com | nipc "
            "| nif | number "
            "| registernummer",
            example="831641791",
        ),
        Column(
            "number_confirmed",
            also="confirmed | number confirmed",
            label_as=_("Number confirmed"),
            example="",
            says=_(
                "Write yes where a registration number breaks its country's rule and is right all the same."
            ),
        ),
        Column(
            "vat_number",
            also="vat | vat id | vat no | vat code | tax number | tax id | ддс номер | номер по ддс "
            "| пиб | pib "
            "| pdv broj | partita iva | p iva | piva | ust id | ust idnr | umsatzsteuer id | adószám "
            "| cod tva | tva "
            "| iva | número de iva",
            example="",
        ),
        Column(
            "nace",
            also="nace code | nace rev 2 | кид | ateco | teáor | caen | cae",
            example="35.11",
        ),
        Column(
            "staff",
            also="employees | number of employees | headcount | staff headcount | persons employed "
            "| персонал "
            "| служители | брой служители | запослени | broj zaposlenih | zaposleni | dipendenti | addetti "
            "| numero dipendenti | mitarbeiter | mitarbeiterzahl | beschäftigte | létszám "
            "| alkalmazottak | angajați "
            "| nr angajati | număr angajați | trabalhadores | empregados",
            example=14,
        ),
        Column(
            "turnover",
            also="revenue | sales | annual turnover | оборот | промет | promet | prihod | fatturato | umsatz "
            "| árbevétel | cifra de afaceri | volume de negócios",
            example=1250000,
        ),
        Column(
            "balance_sheet",
            also="balance sheet total | total assets | assets | активи | балансово число | bilanca "
            "| totale di bilancio "
            "| bilanzsumme | mérlegfőösszeg | total active | balanço total",
            example=900000,
        ),
        Column(
            "figures_year",
            also="year | financial year | year of the figures | година | godina | anno | jahr | év | an | ano",
            example=2017,
        ),
        Column(
            "size_override",
            label_as=_("Size"),
            also="size | size class | category of enterprise | размер | големина | величина | veličina | dimensione "
            "| größe | méret | mărime | dimensão",
            example="",
            says=_(
                "Where the figures are not known or mislead; else leave it empty, and the portal works it out from "
                "staff, turnover and balance sheet."
            ),
            words={
                "": "not known | not known yet | unknown | ?",
                "micro": "микро | mikro | microimpresa | kleinst | kleinstunternehmen | mikrovállalkozás "
                "| microîntreprindere | microempresa",
                "small": "малко | мало | малка | piccola | klein | kleinunternehmen | kis | kisvállalkozás | mică "
                "| pequena",
                "medium": "средно | средња | средна | media | mittel | közép | mittleres unternehmen "
                "| középvállalkozás | mijlocie | média",
                "large": "голямо | велико | голяма | grande | groß | nagyvállalat | mare",
            },
        ),
        Column(
            "size_reason",
            label_as=_("Reason for the size"),
            also="reason | why | why it is set by hand",
        ),
        Column(
            "members_of",
            also="cluster | clusters | member of cluster | " + _CLUSTER,
            example="",
            says=_(
                "The clusters it belongs to, by their short names, with semicolons between them."
            ),
        ),
        Column(
            "website",
            also="web | web site | url | homepage | internet | уебсайт | сайт | sito | sito web | webseite "
            "| weboldal | honlap | site",
            example="https://example.org",
        ),
    ),
)

SERVICES = Kind(
    name="services",
    title=_("Services"),
    model=models.Service,
    form=forms.ServiceForm,
    list_url="service_list",
    says=_(
        "A service that the portal has already is found by its code, else by cluster and title."
    ),
    columns=(
        CODE_COLUMN,
        Column(
            "title",
            also="service | service title | name | услуга | назив услуге | usluga | servizio | titolo "
            "| dienstleistung "
            "| leistung | szolgáltatás | serviciu | serviço | título",
            example="Energy audit of a production line",
        ),
        Column("cluster", also=_CLUSTER, says=_("Its short name."), example=""),
        Column(
            "category",
            also="type | kind | категория | категорија | kategorija | categoria | kategorie "
            "| kategória | categorie",
            example="",
        ),
        Column(
            "novelty",
            also="novelty | new or improved | against baseline | baseline | status",
            example="New through the project",
            words={
                "new": "нова | ново | nova | novo | nuovo | nuova | neu | új | nou | nouă | novo serviço",
                "improved": "подобрена | побољшана | unapređena | migliorato | migliorata "
                "| verbessert | fejlesztett "
                "| îmbunătățit | melhorado",
                "existing": "съществуваща | постојећа | postojeća | esistente | bestehend | meglévő "
                "| existent "
                "| existente",
            },
        ),
        Column(
            "description",
            also="описание | опис | descrizione | beschreibung | leírás | descriere",
            example="",
        ),
        Column(
            "since",
            also="offered since | from | от | od | dal | seit | start",
            example="2017-03-01",
        ),
        Column(
            "task", also="wp task | задача | задатак", example="", says=_("Its code, such as T1.1.")
        ),
    ),
)

RECORDS = Kind(
    name="deliveries",
    title=_("Deliveries"),
    model=models.ServiceRecord,
    form=forms.ServiceRecordForm,
    list_url="servicerecord_list",
    says=_(
        "A delivery that the portal has already is found by its code, else by service, firm and date. Whose service "
        "it is delivered it."
    ),
    columns=(
        CODE_COLUMN,
        Column(
            "date",
            also="delivered on | delivery date | day | дата | датум | datum | data | dátum | date of service",
            example="2018-02-28",
        ),
        Column(
            "service",
            also="service title | service code | услуга | usluga | servizio | dienstleistung | leistung "
            "| szolgáltatás | serviciu | serviço",
            example="SV-001 · Energy audit",
            says=_("The service's code, or its title if only one of your clusters has it."),
        ),
        _SME,
        Column(
            "state",
            also="status | състояние | статус | stanje | stato | zustand | állapot | stare | estado",
            example="Delivered",
            words={
                "delivered": "доставена | извършена | испоручено | isporučeno | erogato | fornito "
                "| erbracht | geliefert "
                "| teljesített | livrat | prestado | done | yes",
                "planned": "планирана | планирано | planirano | pianificato | geplant | tervezett "
                "| planificat | planeado",
                "cancelled": "отказана | отказано | otkazano | annullato | abgesagt | törölt | anulat "
                "| cancelado "
                "| canceled",
            },
        ),
        Column(
            "effort",
            also="hours | effort | effort hours | часове | сати | sati | ore | stunden | óra | órák | horas",
            example=2.5,
        ),
        Column(
            "outcome",
            also="result | notes | резултат | rezultat | risultato | ergebnis | eredmény",
            example="",
        ),
        Column(
            "satisfaction",
            also="satisfaction | rating | удовлетвореност | задовољство | soddisfazione | zufriedenheit",
            example=5,
        ),
        Column(
            "task", also="wp task | задача | задатак", example="", says=_("Its code, such as T1.1.")
        ),
    ),
)

CONTACTS = Kind(
    name="contacts",
    title=_("Contacts"),
    model=models.Contact,
    form=forms.ContactForm,
    list_url="contact_list",
    personal=True,
    says=_(
        "A contact whom the portal has already is found by the code, else by firm and e-mail address, else by name."
    ),
    columns=(
        CODE_COLUMN,
        Column(
            "name",
            also="full name | person | contact | contact person | име | име и фамилия | ime i prezime | nome "
            "| nome e cognome | ansprechpartner | név | nume | nume și prenume",
            example="Maria Example",
        ),
        _SME,
        Column(
            "position",
            also="function | role | job | длъжност | функција | funkcija | ruolo | funktion",
            example="",
        ),
        Column(
            "email",
            also="e-mail | email | mail | имейл | електронна поща | ел поща | e posta | posta elettronica",
            example="maria@example.org",
        ),
        Column(
            "phone",
            also="phone | telephone number | mobile | телефон | telefon | telefono | telefone",
            example="+359 32 000 000",
        ),
        Column(
            "partner",
            also="kept by",
            says=_("The short name of the partner whose contact it is."),
            example="",
        ),
        Column(
            "legal_basis",
            also="basis | gdpr basis",
            example="",
            words={"consent": "съгласие | consenso | einwilligung"},
        ),
        Column("notice_version", also="notice | privacy notice | notice version", example="1.0"),
        Column(
            "informed_on",
            also="informed | date of information | consent date",
            example="2018-05-25",
        ),
    ),
)

MANAGERS = Kind(
    name="managers",
    title=_("Cluster managers"),
    model=models.Manager,
    form=forms.ManagerForm,
    list_url="manager_list",
    personal=True,
    says=_("A manager whom the portal has already is found by the code, else by cluster and name."),
    columns=(
        CODE_COLUMN,
        Column(
            "name",
            also="full name | person | manager | cluster manager | име | име и фамилия "
            "| ime i prezime | nome "
            "| nome e cognome | név | nume | nume și prenume",
            example="Maria Example",
        ),
        Column("cluster", also=_CLUSTER, says=_("Its short name."), example=""),
        Column(
            "role",
            also="position | function | role | роля | длъжност | funkcija | ruolo | funktion",
            example="Manager",
        ),
        Column(
            "email",
            also="e-mail | email | mail | имейл | електронна поща | ел поща | e posta | posta elettronica",
            example="maria@example.org",
        ),
        Column(
            "phone",
            also="phone | telephone number | mobile | телефон | telefon | telefono | telefone",
            example="+359 32 000 000",
        ),
        Column("since", also="from | start | от | od | dal | seit", example="2016-11-16"),
        Column("until", also="to | end | до | do | al | bis", example=""),
        Column(
            "another_person",
            label_as=_("Another person"),
            says=_("Write yes where somebody else of the same name is here already."),
        ),
    ),
)

OF_CLUSTERS = (SMES, CONTACTS, SERVICES, RECORDS, MANAGERS)
