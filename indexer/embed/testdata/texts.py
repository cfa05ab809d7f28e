"""The texts that the tokenisers and models are compared on: our own sentences
in many languages, and all that a keyboard, a paste or a bug can produce. The
same texts come out on every machine."""

COUNT = 2400

# Per language: what it is about, what is wrong, what was tried, what is wanted.
SENTENCES = {
    "zh": (["路由器", "VIP会员", "ESP32开发板", "宽带", "洗衣机", "话费账单", "電子錶", "订单20260917", "APP", "打印机HP-1020"],
           ["一直闪红灯", "无法登录", "自动断开连接", "重复扣费99.50元", "报错E-691", "漏水并且噪音很大", "收不到验证码", "屏幕变黑"],
           ["重启三次也没有用", "换了网线还是不行", "客服说三天内回复，没有消息", "已经升级到v2.3.1", "按说明书操作过"],
           ["要求尽快上门检修", "请退款", "麻烦查一下原因", "什么时候能恢复？", "再不处理就投诉！"]),
    "en": (["The router", "My subscription", "Order #20260917", "The washing machine", "An ESP32 board", "The mobile app", "Voicemail"],
           ["keeps blinking red", "won't let me sign in", "charged me twice ($99.50)", "shows error E-691", "leaks and makes a loud noise", "can't be cancelled"],
           ["I restarted it three times", "support promised a call-back", "we've already upgraded to v2.3.1", "nothing in the manual helps"],
           ["please send somebody", "I'd like a refund", "when will it work again?", "who is responsible?"]),
    "ja": (["ルーター", "請求書", "アプリ", "洗濯機"], ["が赤く点滅しています", "に接続できません", "で二重に請求されました", "からエラーE-691が出ます"],
           ["再起動しても直りません", "説明書の通りにしました"], ["至急確認してください", "返金をお願いします"]),
    "ko": (["공유기", "요금 청구서", "세탁기", "앱"], ["가 계속 빨갛게 깜빡입니다", "에 로그인할 수 없습니다", "에서 물이 샙니다"],
           ["세 번 다시 시작했습니다", "설명서대로 했습니다"], ["빨리 고쳐 주세요", "환불해 주세요"]),
    "fr": (["Le modem", "Ma facture", "L'appareil acheté à Noël"], ["clignote en rouge", "a été débitée deux fois", "ne démarre plus"],
           ["j'ai déjà redémarré trois fois", "le câble a été changé"], ["veuillez me rappeler", "où en est le remboursement ?"]),
    "de": (["Der Router", "Meine Rechnung", "Die Waschmaschine"], ["blinkt ständig rot", "wurde doppelt abgebucht", "läuft über und ist zu laut"],
           ["ein Neustart hilft nicht", "das Kabel wurde schon getauscht"], ["bitte schnell prüfen", "wann kommt der Rückruf?"]),
    "es": (["El módem", "La factura de este año", "La lavadora"], ["parpadea en rojo", "se cobró dos veces", "pierde agua"],
           ["ya lo reinicié tres veces", "cambié el cable"], ["¿cuándo lo arreglan?", "¡quiero un reembolso!"]),
    "pt": (["O roteador", "A fatura"], ["não conecta", "foi cobrada duas vezes"], ["já reiniciei três vezes"], ["peço a devolução", "quando volta?"]),
    "it": (["Il router", "La bolletta"], ["lampeggia di rosso", "è stata addebitata due volte"], ["l'ho già riavviato"], ["perché non funziona più?"]),
    "nl": (["De router", "Mijn rekening"], ["knippert rood", "is dubbel afgeschreven"], ["opnieuw starten helpt niet"], ["bel mij alstublieft terug"]),
    "pl": (["Router", "Faktura za wrzesień"], ["miga na czerwono", "została pobrana dwa razy"], ["zrestartowałem go już trzy razy"], ["proszę o zwrot pieniędzy"]),
    "ru": (["Роутер", "Счёт за связь"], ["мигает красным", "списан дважды"], ["перезагрузка не помогла"], ["прошу вернуть деньги", "когда всё починят?"]),
    "tr": (["İnternet", "Faturam", "IŞIK"], ["sürekli kesiliyor", "iki kez çekildi"], ["üç kez yeniden başlattım"], ["lütfen geri arayın"]),
    "ar": (["جهاز التوجيه", "الفاتورة"], ["يومض باللون الأحمر", "خُصمت مرتين"], ["أعدت التشغيل ثلاث مرات"], ["أرجو ردّ المبلغ"]),
    "th": (["เราเตอร์", "ใบแจ้งหนี้"], ["กะพริบสีแดง", "ถูกเก็บเงินซ้ำ"], ["รีสตาร์ทแล้วสามครั้ง"], ["ช่วยตรวจสอบด้วย"]),
    "hi": (["राउटर", "बिल"], ["लाल चमक रहा है", "दो बार कटा"], ["तीन बार चालू किया"], ["कृपया पैसे लौटाएँ"]),
    "he": (["הנתב", "החשבון"], ["מהבהב באדום", "חויב פעמיים"], ["הפעלתי מחדש"], ["אנא החזירו את הכסף"]),
    "el": (["Ο δρομολογητής", "ΛΟΓΑΡΙΑΣΜΟΣ"], ["αναβοσβήνει", "χρεώθηκε δύο φορές"], ["έκανα επανεκκίνηση"], ["ΠΟΤΕ ΘΑ ΦΤΙΑΧΤΕΙ;"]),
    "vi": (["Bộ định tuyến", "Hóa đơn"], ["nhấp nháy đỏ", "bị trừ hai lần"], ["đã khởi động lại ba lần"], ["vui lòng hoàn tiền"]),
}

# What needs care: special tokens typed by a person, markup of the models
# themselves, forms and marks, controls, emoji, very long words.
PARTS = [
    "[SEP]", "[CLS] a [SEP]", "[UNK]", "[MASK]", "[PAD]", "<S>", "<T>", "<s>", "</s>", "##ing", "#", "▁", "▁▁a", "<unk>",
    "ＶＩＰ会员", "ｆｕｌｌ　ｗｉｄｔｈ", "①②③", "㍿", "ﬁne", "½", "²", "Ⅷ", "㎡", "℃", "ｶﾞｷﾞｸﾞ", "㈱", "㋿", "﷽",
    "\u00e9", "e\u0301", "\u00f1", "\u212b", "\u01c5", "ß", "\u1e9e", "\u0149", "Σίσυφος", "ΟΔΟΣ", "\u0130stanbul", "ıI", "\ufb00", "\ufb03", "\u212a", "\u2126",
    "한국어", "\u1112\u1161\u11ab", "\u3131", "\uffa1", "漢字", "\ufa47\uf9d1", "\U00020000\U00020001", "\U0002a700", "\U0002b820\U0002b920", "\u2e80", "〇", "々", "ー", "「」", "。", "、", "·", "…",
    "👍", "👍🏽", "👨‍👩‍👧‍👦", "🇨🇳", "❤️", "☎", "1️⃣", "🫠", "🛜",
    "\u0000", "\u0007", "\u0008", "\t", "\n", "\r\n", "\u000b", "\u000c", "\u001b[31m", "\u007f", "\u0085", "\u00a0", "\u00ad", "\u1680",
    "\u180e", "\u2003", "\u200b", "\u200c", "\u200d", "\u200e", "\u2028", "\u2029", "\u202e", "\u2060", "\u3000", "\ufeff", "\ufffd", "\ufffe", "\uffff",
    "\u0378", "\u05ff", "\u0870", "\u2fe0", "\ua7cb", "\ua7f2", "\ue000", "\uf8ff", "\U0001fbf0", "\U000e0041", "\U000f0000", "\U0010ffff", "\U0003fffd",
    "e\u0301\u0323", "a" + "\u0300" * 9, "a" + "\u0301" * 40, "\u0301", "\u0e33", "\u0f71\u0f72", "\u1100\u1161\u11a8", "\u302a", "\u3099", "か\u3099",
    "http://example.com/a?b=1&c=%20", "help@example.com", "C:\\Temp\\log.txt", "a_b-c+d=e", "$9.99", "€5", "10%", "+86-10-5555-0100", "192.168.1.1",
    "a" * 100, "a" * 101, "测" * 100, "ab" * 200, "!" * 60, "x" * 99 + "é", "1234567890" * 30, "antidisestablishmentarianism", "don't", "we'll", "ٱلْعَرَبِيَّة",
    "", " ", "   ", "a  b", " a", "a ", "\u3000 \u3000",
]


class Numbers:
    """Knuth's 64-bit linear congruential generator: the same everywhere."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n

    def choice(self, items):
        return items[self.below(len(items))]


def sentence(numbers, language=None):
    about, wrong, tried, wanted = SENTENCES[language or numbers.choice(list(SENTENCES))]
    gap, stop = ("", "，") if language in ("zh", "ja") else (" ", ", ")
    text = numbers.choice(about) + gap + numbers.choice(wrong)
    if numbers.below(3):
        text += stop + numbers.choice(tried)
    if numbers.below(2):
        text += stop + numbers.choice(wanted)
    return text


def character(numbers):
    """Any code point but a surrogate, the low ones more often."""
    while True:
        c = numbers.below(numbers.choice([0x80, 0x800, 0x3000, 0x10000, 0x20000, 0x110000]))
        if not 0xD800 <= c < 0xE000:
            return chr(c)


def texts():
    """COUNT texts, mixed so that any stretch of them holds every kind."""
    numbers = Numbers(20260917)
    out = list(PARTS)
    for language in SENTENCES:
        out += [sentence(numbers, language) for _ in range(120 if language in ("zh", "en") else 30)]
    for _ in range(300):  # languages mixed in one text
        out.append(numbers.choice(["", " ", "。", ". ", "\n"]).join(sentence(numbers) for _ in range(1 + numbers.below(3))))
    for _ in range(400):  # odd parts inside a sentence
        text = sentence(numbers)
        at = numbers.below(len(text) + 1)
        out.append(text[:at] + numbers.choice(PARTS) + text[at:] + numbers.choice(PARTS))
    for size in [300, 500, 1000, 2000, 5000]:  # longer than any model reads
        for language in ["zh", "en", "ja", "ru", "ar", "fr"]:
            text = ""
            while len(text) < size:
                text += sentence(numbers, language) + "。"
            out.append(text)
    while len(out) < COUNT:  # any characters at all
        out.append("".join(character(numbers) for _ in range(1 + numbers.below(30))))
    assert len(out) == COUNT, len(out)
    for i in range(COUNT - 1, 0, -1):
        j = numbers.below(i + 1)
        out[i], out[j] = out[j], out[i]
    return out
