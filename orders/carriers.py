"""Carriers: names seen in the marketplace's own files, and where each shows its parcels (reference/carriers-and-rules.md).

Any other name is taken and kept. The addresses are the carriers' public pages as of November 2026 (ours, not the
marketplace's): a link that the carrier has moved opens its page without the parcel.
"""

from urllib.parse import quote

YAMATO = "https://toi.kuronekoyamato.co.jp/cgi-bin/tneko?init&number01={number}"
JAPAN_POST = "https://trackings.post.japanpost.jp/services/srv/search/direct?locale=ja&reqCodeNo1={number}"
SAGAWA = "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={number}"
# Name → the page that shows a parcel by its number, or "" where nobody can follow it.
CARRIERS = {
    "ヤマト宅急便": YAMATO,
    "ネコポス": YAMATO,
    "クロネコDM便": YAMATO,
    "コンビニ等受取": "",
    "ゆうパケット": JAPAN_POST,
    "クリックポスト": JAPAN_POST,
    "ゆうパック": JAPAN_POST,
    "佐川急便": SAGAWA,
    "福山通運": "https://corp.fukutsu.co.jp/situation/tracking_no_hunt/{number}",
    "西濃運輸": "https://track.seino.co.jp/cgi-bin/gnpquery.pgm?GNPNO1={number}",
    "Qxpress": "https://www.qxpress.net/Customer/PopupTraceParcel?TrackingNo={number}",
    "その他": "",
}
ALIASES = {"Sagawa": "佐川急便", "クロネコヤマト": "ヤマト宅急便", "ヤマト運輸": "ヤマト宅急便"}


def tracking_url(carrier: str, number: str) -> str:
    """The carrier's page about a parcel; "" for carriers that we don't know and numbers that are no numbers."""
    page = CARRIERS.get(ALIASES.get(carrier, carrier), "")
    digits = number.replace("-", "").replace(" ", "")
    return page.format(number=quote(digits, safe="")) if page and digits else ""
