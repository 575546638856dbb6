"""The notice of free language help (Section 1557, X15) in the languages patients most often need.

Sample translations: a qualified translator has to check each before a real clinic relies on it.
"""

from typing import NamedTuple


class Notice(NamedTuple):
    code: str
    name: str
    own_name: str
    sentence: str

    @property
    def direction(self) -> str:
        return "rtl" if self.code in ("ar", "fa") else "ltr"


NOTICES = [
    Notice(
        "es",
        "Spanish",
        "Español",
        "Si no habla inglés, puede recibir ayuda gratuita en su idioma. Llame al {phone}.",
    ),
    Notice("zh-Hans", "Chinese", "中文", "如果您不会说英语，我们可以免费为您提供语言帮助。请致电 {phone}。"),
    Notice(
        "vi",
        "Vietnamese",
        "Tiếng Việt",
        "Nếu quý vị không nói tiếng Anh, chúng tôi có dịch vụ hỗ trợ ngôn ngữ miễn phí. Xin gọi {phone}.",
    ),
    Notice(
        "tl",
        "Tagalog",
        "Tagalog",
        "Kung hindi ka nagsasalita ng Ingles, may libreng tulong sa wika para sa iyo. Tumawag sa {phone}.",
    ),
    Notice(
        "ko",
        "Korean",
        "한국어",
        "영어를 하지 못하시면 무료로 언어 지원을 받으실 수 있습니다. {phone}번으로 전화하십시오.",
    ),
    Notice(
        "ru",
        "Russian",
        "Русский",
        "Если вы не говорите по-английски, вам бесплатно предоставят языковую помощь. Позвоните по номеру {phone}.",
    ),
    Notice(
        "ar",
        "Arabic",
        "العربية",
        "إذا كنت لا تتحدث الإنجليزية، فالمساعدة اللغوية متاحة لك مجانًا. اتصل بالرقم {phone}.",
    ),
    Notice(
        "ht",
        "Haitian Creole",
        "Kreyòl ayisyen",
        "Si ou pa pale anglè, ou ka jwenn èd gratis nan lang ou. Rele {phone}.",
    ),
    Notice(
        "fr",
        "French",
        "Français",
        "Si vous ne parlez pas anglais, une aide linguistique gratuite est à votre disposition. "
        "Appelez le {phone}.",
    ),
    Notice(
        "pt",
        "Portuguese",
        "Português",
        "Se você não fala inglês, oferecemos ajuda gratuita no seu idioma. Ligue para {phone}.",
    ),
    Notice(
        "pl",
        "Polish",
        "Polski",
        "Jeśli nie mówisz po angielsku, możesz skorzystać z bezpłatnej pomocy językowej. "
        "Zadzwoń pod numer {phone}.",
    ),
    Notice(
        "ja",
        "Japanese",
        "日本語",
        "英語を話さない方は、無料の言語サポートをご利用いただけます。{phone} までお電話ください。",
    ),
    Notice(
        "it",
        "Italian",
        "Italiano",
        "Se non parla inglese, può ricevere assistenza linguistica gratuita. Chiami il numero {phone}.",
    ),
    Notice(
        "de",
        "German",
        "Deutsch",
        "Wenn Sie kein Englisch sprechen, erhalten Sie kostenlose Sprachhilfe. Rufen Sie {phone} an.",
    ),
    Notice(
        "fa",
        "Persian",
        "فارسی",
        "اگر انگلیسی صحبت نمی‌کنید، کمک زبانی رایگان در اختیار شماست. با شماره {phone} تماس بگیرید.",
    ),
]
