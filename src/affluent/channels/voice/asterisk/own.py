"""An Asterisk of ours: in a folder of its own, unpacked by `tools/get-asterisk`, with nothing of the system's."""

from pathlib import Path

from affluent.channels.voice.asterisk.configuration import Plan, files

MODULES = """
res_timing_timerfd res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject res_crypto res_srtp
res_rtp_asterisk res_http_websocket res_websocket_client res_pjsip res_pjsip_session res_pjsip_pubsub
res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest res_pjsip_outbound_registration
res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_sdp_rtp res_pjsip_registrar
res_pjsip_caller_id res_pjsip_dtmf_info res_pjsip_nat res_pjsip_rfc3326 res_pjsip_header_funcs res_pjsip_refer
res_pjsip_transport_websocket chan_pjsip res_stasis res_stasis_answer res_stasis_playback res_stasis_recording
res_stasis_snoop res_stasis_device_state res_ari res_ari_model res_ari_applications res_ari_asterisk
res_ari_bridges res_ari_channels res_ari_device_states res_ari_endpoints res_ari_events res_ari_playbacks
res_ari_recordings res_ari_sounds app_stasis app_dial app_playback app_echo chan_bridge_media bridge_simple
bridge_softmix bridge_native_rtp bridge_holding bridge_builtin_features pbx_config func_callerid func_channel func_cut
func_hangupcause res_musiconhold format_wav format_pcm format_gsm format_sln codec_ulaw codec_alaw codec_a_mu
codec_gsm codec_g722 codec_resample codec_opus_open_source res_format_attr_opus
"""
"""What an Asterisk of ours loads, and no more. One that a version does not have is left out by Asterisk itself."""
EMPTY = (
    "stasis", "pjproject", "features", "ccss", "udptl", "cel", "acl", "codecs", "sorcery", "manager", "cli", "dnsmgr",
    "enum", "dsp", "websocket_client", "indications",
)  # fmt: skip


def furnish(root: Path, folder: Path, plan: Plan) -> Path:
    """Writes everything that the Asterisk unpacked at `root` needs to run in `folder`; returns its main file.

    Raises `FileNotFoundError` when there is none at `root`.
    """
    modules = next(root.glob("usr/lib/**/res_ari.so"), None)
    if modules is None:
        raise FileNotFoundError(f"no Asterisk at {root}")
    settings = folder / "etc"
    for one in (
        "var/lib/keys",
        "var/spool/outgoing",
        "var/spool/recording",
        "var/log",
        "var/cache",
        "run",
        "etc",
    ):
        (folder / one).mkdir(parents=True, exist_ok=True)
    written = {
        **{f"{name}.conf": "" for name in EMPTY},
        **files(plan),
        "asterisk.conf": _main(root, folder, modules.parent),
        "modules.conf": "[modules]\nautoload=no\n" + "".join(f"load = {one}.so\n" for one in MODULES.split()),
        "logger.conf": "[general]\ndateformat=%F %T.%3q\n[logfiles]\nmessages => notice,warning,error\n",
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={root}/usr/share/asterisk/moh\n",
        "cdr.conf": "[general]\nenable=no\n",
    }
    for name, text in written.items():
        (settings / name).write_text(text, encoding="utf-8")
    return settings / "asterisk.conf"


def _main(root: Path, folder: Path, modules: Path) -> str:
    data = root / "usr/share/asterisk"
    places = {
        "astcachedir": folder / "var/cache", "astetcdir": folder / "etc", "astmoddir": modules,
        "astvarlibdir": folder / "var/lib", "astdbdir": folder / "var/lib", "astkeydir": folder / "var/lib",
        "astdatadir": data, "astagidir": data / "agi-bin", "astspooldir": folder / "var/spool",
        "astrundir": folder / "run", "astlogdir": folder / "var/log", "astsbindir": root / "usr/sbin",
    }  # fmt: skip
    lines = [f"{name} => {place}" for name, place in places.items()]
    options = ["[options]", "transmit_silence = yes", "documentation_language = en_US"]
    return "\n".join(("[directories]", *lines, *options, ""))
