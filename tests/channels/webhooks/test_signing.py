"""Signatures as the receiver's library checks them."""

from affluent.channels.webhooks.signing import headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_of_the_specifications_example() -> None:
    # The example of the Standard Webhooks specification and of its reference libraries.
    body = b'{"test": 2432232314}'
    made = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", body, [SECRET], at_s=1614265330)
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert made["webhook-timestamp"] == "1614265330" and made["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_during_a_rotation_either_secret_is_found() -> None:
    other = "whsec_" + "A" * 44
    both = headers("e", b"{}", [other, SECRET], at_s=1)["webhook-signature"].split(" ")
    assert both == [headers("e", b"{}", [one], at_s=1)["webhook-signature"] for one in (other, SECRET)]
