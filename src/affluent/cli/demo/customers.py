"""The first customers of the demonstration: what they write, and what was answered to some of them."""

from dataclasses import dataclass
from typing import Literal

from affluent.cli.demo.people import ARVENE, LIGEO

Medium = Literal["email", "chat", "form"]
CAMILLE, INES, YANIS, THOMAS = (f"{name}@affluent.example" for name in ("camille", "ines", "yanis", "thomas"))


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer who writes. `answers` come from `agent`, `says` after the first come in between.

    `outcome` closes the contact; an answered contact without it stays in the agent's hand. `attachment` is
    the name of a file made for the occasion.
    """

    key: str
    medium: Medium
    brand: str
    name: str
    email: str
    says: tuple[str, ...]
    subject: str = ""
    lang: str = "fr"
    html: str | None = None
    attachment: str | None = None
    agent: str | None = None
    answers: tuple[str, ...] = ()
    outcome: str | None = None


VISITS: tuple[Visit, ...] = (
    # Past: answered and closed.
    Visit(
        "lunettes", "email", ARVENE, "Hélène Quéré", "helene.quere@courriel.example",
        (
            "Bonjour,\n\nJ’ai envoyé ma facture d’opticien il y a dix jours et mon espace n’affiche toujours rien. "
            "Quand serai-je remboursée de mes lunettes ?\n\nMerci d’avance,\nHélène Quéré",
        ),
        subject="Remboursement de mes lunettes", agent=CAMILLE,
        answers=(
            "Bonjour Madame Quéré,\n\nVotre facture est bien arrivée : vous recevrez 287,40 € mardi. "
            "Le décompte sera visible dans votre espace le lendemain.\n\nBonne journée,\nCamille",
        ),
        outcome="resolved",
    ),
    Visit(
        "carte", "chat", ARVENE, "Jean-Baptiste Noël", "jb.noel@courriel.example",
        (
            "Bonjour, ma carte de tiers payant n’est plus acceptée à la pharmacie, que faire ?",
            "Parfait, merci beaucoup !",
        ),
        agent=INES, answers=("Bonjour ! La carte de l’année vient d’être éditée, elle est dans vos documents.",),
        outcome="resolved",
    ),
    Visit(
        "voyant", "chat", LIGEO, "Maëlle Le Goff", "maelle.legoff@courriel.example",
        ("Ma box clignote en rouge depuis ce matin…", "C’est fixe, ça remarche. Merci !"),
        agent=YANIS,
        answers=("Bonjour Maëlle, pouvez-vous la débrancher trente secondes puis la rebrancher ?",),
        outcome="resolved",
    ),
    Visit(
        "gratuit", "email", LIGEO, "Offres Express", "promo@offres-express.example",
        ("Gagnez une tablette en répondant à ce message avant minuit !!!",),
        subject="Félicitations, vous êtes sélectionné", agent=THOMAS, answers=(), outcome="spam",
    ),
    # In hand: answered, and the customer's turn.
    Visit(
        "devis", "email", ARVENE, "Anaïs Fournier", "anais.fournier@courriel.example",
        (
            "Bonjour,\n\nMon dentiste me propose une couronne céramique à 750 €. Pouvez-vous me dire ce qui "
            "resterait à ma charge ? Le devis est en pièce jointe.\n\nBien à vous,\nAnaïs Fournier",
            "Bonjour Camille,\n\nMon dentiste me dit que c’est le code HBLD038. Est-ce que cela suffit, ou faut-il un "
            "nouveau devis signé ?\n\nMerci, Anaïs Fournier",
        ),
        subject="Devis dentaire : reste à charge", attachment="devis-couronne.pdf", agent=CAMILLE,
        answers=(
            "Bonjour Madame Fournier,\n\nMerci pour le devis. Il manque le code de l’acte en deuxième page : "
            "pouvez-vous le demander à votre dentiste ?\n\nCamille",
        ),
    ),
    Visit(
        "technicien", "email", LIGEO, "Étienne Vasseur", "etienne.vasseur@courriel.example",
        (
            "Bonjour,\n\nLe technicien devait passer hier entre 14 h et 16 h, personne n’est venu. "
            "J’avais posé ma demi-journée… Quand viendra-t-il ?\n\nÉ. Vasseur",
        ),
        subject="Rendez-vous manqué du technicien", agent=YANIS,
        answers=(
            "Bonjour Monsieur Vasseur,\n\nJe suis désolé pour ce rendez-vous manqué. Jeudi de 9 h à 11 h "
            "vous conviendrait-il ? La demi-journée vous sera dédommagée de 25 €.\n\nYanis",
        ),
    ),
    # Waiting.
    Visit(
        "maternite", "email", ARVENE, "Noémie Carpentier", "noemie.carpentier@courriel.example",
        (
            "Bonjour,\n\nJ’accouche en mars à la clinique Saint-Gabriel. La chambre particulière est-elle prise en "
            "charge, et combien de jours ? Faut-il demander la prise en charge avant l’hospitalisation ?\n\n"
            "Cordialement,\nNoémie Carpentier",
        ),
        subject="Prise en charge de la chambre particulière",
    ),
    Visit(
        "suite", "email", ARVENE, "Gérard Lemaître", "gerard.lemaitre@courriel.example",
        ("Bonjour, je n’ai pas eu de réponse à mon message de la semaine dernière. Gérard Lemaître",),
        subject="Re: Décompte du 3 novembre",
        html=(
            "<p>Bonjour,</p><p>Je n’ai <b>toujours pas</b> de réponse : sur le décompte du 3 novembre, "
            "l’ostéopathe est à <span style='color:#a00'>0,00 €</span> alors que mon contrat prévoit "
            "quatre séances par an. D’où vient l’erreur&nbsp;?</p><p>Gérard Lemaître</p>"
            "<div>Le 12 nov. 2026 à 09:14, Arvène &lt;prestations@arvene.example&gt; a écrit :</div>"
            "<blockquote style='border-left:2px solid #ccc;padding-left:1em'><p>Bonjour Monsieur Lemaître,</p>"
            "<p>Nous avons bien reçu votre message et vous répondons sous quatre heures.</p>"
            "<p>Arvène</p></blockquote>"
        ),
    ),
    Visit(
        "resilier", "email", ARVENE, "Loïc Beaumont", "loic.beaumont@courriel.example",
        (
            "Bonjour,\n\nMon nouvel employeur impose sa mutuelle au 1er janvier. Comment résilier mon contrat, et "
            "quels justificatifs faut-il ?\n\nLoïc Beaumont",
        ),
        subject="Résiliation au 1er janvier",
    ),
    Visit(
        "invoice", "email", LIGEO, "Grace O’Connor", "grace.oconnor@mail.example",
        (
            "Hello,\n\nMy November invoice shows two installation fees of €39. I only had one visit, on the 4th. "
            "Could you please check and refund the second one?\n\nKind regards,\nGrace O’Connor",
        ),
        subject="Charged twice on my November invoice", lang="en", attachment="invoice-november.pdf",
    ),
    Visit(
        "debit", "email", LIGEO, "Sébastien Hervé", "sebastien.herve@courriel.example",
        (
            "Bonjour,\n\nDepuis lundi le débit tombe à 3 Mb/s chaque soir vers 20 h, alors que la ligne annonce "
            "900 Mb/s. Redémarrer la box n’y change rien. Est-ce une panne de quartier ?\n\nSébastien Hervé",
        ),
        subject="Coupures et débit très faible le soir",
    ),
    Visit(
        "demenage", "form", LIGEO, "Aïcha Diallo", "aicha.diallo@courriel.example",
        (
            "Je déménage le 15 décembre de Nantes à Saint-Herblain. Peut-on garder le même numéro, et la fibre "
            "sera-t-elle prête le jour même ?",
        ),
        subject="Déménagement",
    ),
    Visit(
        "orthodontie", "form", ARVENE, "François Müller", "francois.muller@courriel.example",
        ("Le semestre d’orthodontie de ma fille débute en janvier : quel est le plafond, et où déposer le devis ?",),
        subject="Devis",
    ),
    Visit(
        "abroad", "chat", ARVENE, "Oliver Whitfield", "oliver.whitfield@mail.example",
        ("Hi! I’m travelling to Portugal next week. Does my cover work abroad?",), lang="en",
    ),
    Visit(
        "box", "chat", LIGEO, "Zoé Pelletier", "zoe.pelletier@courriel.example",
        ("Bonjour, plus de connexion depuis une heure, tout le voisinage est touché ? Je télétravaille…",),
    ),
)  # fmt: skip
