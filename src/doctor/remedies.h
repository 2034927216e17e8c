/*
 * The findings as data: code, id, severity, who can mend it, one sentence in English and in
 * Thai, the setting that is proposed. Included by findings.c alone. MEND: the site's
 * webmaster can, so it stands in the letter (a letter is written when one of them is more
 * than a note). What stands behind a semicolon is for the operator alone.
 */
#define E RK_SEV_ERROR
#define W RK_SEV_WARNING
#define N RK_SEV_NOTE
#define MEND true
#define OURS false
#define NO_SETTING ""

/* clang-format off */
/* ---- how the site answers */
R(F_DNS, "dns", E, OURS,
  "The name {1} cannot be found in the DNS: {2}.",
  "ค้นชื่อ {1} ในระบบ DNS ไม่พบ", NO_SETTING)
R(F_CONNECT, "connect", E, MEND,
  "No connection could be made: {1}.",
  "เชื่อมต่อกับเครื่องแม่ข่าย {2} ไม่ได้", NO_SETTING)
R(F_TIMEOUT, "timeout", E, MEND,
  "The answer did not come in time: {1}.",
  "เครื่องแม่ข่ายไม่ส่งข้อมูลจนครบภายในเวลาที่กำหนด", NO_SETTING)
R(F_TLS_EXPIRED, "tls-expired", E, MEND,
  "The certificate of {1} has expired, so the connection is not secure and is not made.",
  "ใบรับรองความปลอดภัย (TLS certificate) ของ {1} หมดอายุแล้ว", NO_SETTING)
R(F_TLS_NOT_YET, "tls-not-yet-valid", E, MEND,
  "The certificate of {1} is not valid yet; perhaps a clock is wrong.",
  "ใบรับรองความปลอดภัย (TLS certificate) ของ {1} ยังไม่ถึงวันเริ่มใช้", NO_SETTING)
R(F_TLS_NAME, "tls-wrong-name", E, MEND,
  "The certificate that the server shows is not for the name {1}.",
  "ใบรับรองความปลอดภัย (TLS certificate) ที่เครื่องแม่ข่ายใช้ไม่ได้ออกให้ชื่อ {1}", NO_SETTING)
R(F_TLS_SELF, "tls-self-signed", E, MEND,
  "The certificate of {1} is signed by itself, so nobody vouches for it; ca_file can name it if you know it is right.",
  "ใบรับรองความปลอดภัย (TLS certificate) ของ {1} เป็นแบบลงนามเอง (self-signed) จึงไม่มีหน่วยงานใดรับรอง",
  "ca_file: {2}.pem")
R(F_TLS_MIDDLE, "tls-missing-intermediate", E, MEND,
  "The server of {1} does not send the intermediate certificate that belongs to its own (the whole chain should be installed); browsers fill the gap, programs cannot: write to the webmaster, or put the missing certificate into a ca_file.",
  "เครื่องแม่ข่าย {1} ไม่ส่งใบรับรองชั้นกลาง (intermediate certificate) มาด้วย เบราว์เซอร์เติมให้เองได้แต่โปรแกรมอื่นทำไม่ได้ โปรดติดตั้งใบรับรองให้ครบทั้งสาย (full chain)",
  "ca_file: {2}.pem")
R(F_TLS_ROOT, "tls-unknown-authority", E, MEND,
  "The certificates of {1} end in an authority that this machine does not trust; ca_file can name it.",
  "ใบรับรองความปลอดภัยของ {1} ออกโดยผู้รับรองที่ระบบทั่วไปไม่รู้จัก", "ca_file: {2}.pem")
R(F_TLS_REVOKED, "tls-revoked", E, MEND,
  "The certificate of {1} has been revoked.",
  "ใบรับรองความปลอดภัย (TLS certificate) ของ {1} ถูกเพิกถอนแล้ว", NO_SETTING)
R(F_TLS_CA_FILE, "tls-ca-file", E, OURS,
  "The ca_file of the configuration cannot be used: {1}.",
  "ใช้แฟ้มใบรับรอง (ca_file) ที่ตั้งไว้ไม่ได้", NO_SETTING)
R(F_TLS_OTHER, "tls-failed", E, MEND,
  "No secure connection could be made: {1}.",
  "สร้างการเชื่อมต่อแบบปลอดภัย (TLS) กับ {2} ไม่ได้", NO_SETTING)
R(F_ADDRESS, "address-not-public", E, OURS,
  "The address guard did not connect: {1}.",
  "ที่อยู่ของเครื่องแม่ข่ายไม่ใช่ที่อยู่สาธารณะ", "fetch.allow_addresses: [{2}]")
R(F_REFUSED, "address-refused", E, OURS,
  "The address is none that is fetched: {1}.",
  "ที่อยู่นี้ไม่อยู่ในแบบที่โปรแกรมเปิดได้", NO_SETTING)
R(F_LOOP, "redirect-loop", E, MEND,
  "The site redirects in a loop, so nobody arrives.",
  "เว็บไซต์เปลี่ยนเส้นทาง (redirect) วนกลับที่เดิมไม่รู้จบ", NO_SETTING)
R(F_HOPS, "redirect-too-many", E, MEND,
  "The site redirects more than five times in a row.",
  "เว็บไซต์เปลี่ยนเส้นทาง (redirect) ต่อกันเกินห้าครั้ง", NO_SETTING)
R(F_DOWNGRADE, "redirect-to-http", E, MEND,
  "The site redirects from https to http, which gives up the protection and is not followed.",
  "เว็บไซต์เปลี่ยนเส้นทางจาก https ไปเป็น http ซึ่งไม่ปลอดภัย", NO_SETTING)
R(F_PORT, "redirect-to-port", E, OURS,
  "The site {1}.",
  "เว็บไซต์เปลี่ยนเส้นทางไปยังพอร์ตที่ไม่ได้รับอนุญาต", "fetch.allow_ports: [{2}]")
R(F_TARGET, "redirect-nowhere", E, MEND,
  "The site {1}.",
  "เว็บไซต์เปลี่ยนเส้นทางไปยังที่อยู่ที่ใช้ไม่ได้", NO_SETTING)
R(F_MOVED, "moved", W, OURS,
  "The address has moved for good, to {1}.",
  "ที่อยู่ย้ายไปเป็น {1} อย่างถาวร", "url: {1}")
R(F_ELSEWHERE, "redirected-elsewhere", N, OURS,
  "The answer comes from another host, {1}, by a redirect that calls itself temporary.",
  "คำตอบมาจากเครื่องแม่ข่ายอื่น ({1}) โดยการเปลี่ยนเส้นทางชั่วคราว", NO_SETTING)
R(F_TO_LOGIN, "redirected-to-login", E, MEND,
  "The address leads to a login page, {1}: it is not open to the public.",
  "ที่อยู่นี้พาไปหน้าเข้าสู่ระบบ {1} จึงไม่เปิดให้สาธารณะอ่าน", NO_SETTING)
R(F_401, "http-401", E, MEND,
  "The server wants a password (401); headers can carry one if you were given it.",
  "เครื่องแม่ข่ายขอรหัสผ่าน (401)", "headers: [\"Authorization: ...\"]")
R(F_403, "http-403", E, MEND,
  "The server does not let this program in (403 Forbidden).",
  "เครื่องแม่ข่ายไม่ยอมให้โปรแกรมอ่านข่าวเข้าถึง (403 Forbidden)", NO_SETTING)
R(F_404, "http-404", E, OURS,
  "There is nothing at {1} (404 Not Found): the address is wrong or old.",
  "ไม่มีเอกสารที่ {1} (404 Not Found)", NO_SETTING)
R(F_410, "http-410", E, OURS,
  "The site took {1} away for good (410 Gone).",
  "เว็บไซต์ยกเลิก {1} อย่างถาวร (410 Gone)", NO_SETTING)
R(F_429, "http-429", E, OURS,
  "The site asks for fewer requests (429 Too Many Requests); try again later, and ask it less often.",
  "เว็บไซต์ขอให้เรียกน้อยลง (429 Too Many Requests)", "every: {1}")
R(F_451, "http-451", E, OURS,
  "The document is withheld for legal reasons (451).",
  "เอกสารถูกระงับด้วยเหตุผลทางกฎหมาย (451)", NO_SETTING)
R(F_5XX, "http-5xx", E, MEND,
  "The server has a fault of its own: {1}.",
  "เครื่องแม่ข่ายขัดข้อง ({2})", NO_SETTING)
R(F_HTTP, "http-other", E, MEND,
  "The answer is none that can be used: {1}.",
  "เครื่องแม่ข่ายตอบด้วยรหัส {2} ซึ่งใช้ไม่ได้", NO_SETTING)
R(F_304, "not-modified-unasked", E, MEND,
  "The server answers 304 Not Modified to a plain request, so nobody new can ever read the document.",
  "เครื่องแม่ข่ายตอบ 304 Not Modified ทั้งที่ไม่ได้ถาม ผู้อ่านใหม่จึงไม่ได้เอกสารเลย", NO_SETTING)
R(F_CUT, "body-cut", E, MEND,
  "The answer broke off: {1}.",
  "ข้อมูลขาดกลางทาง ส่งมาไม่ครบตามที่แจ้งไว้", NO_SETTING)
R(F_TOO_BIG, "too-big", E, MEND,
  "The document is larger than allowed: {1}.",
  "เอกสารใหญ่เกินไป", "fetch.max_body: 32MiB")
R(F_CODING, "bad-compression", E, MEND,
  "The answer is not compressed as it says: {1}.",
  "เครื่องแม่ข่ายแจ้งว่าบีบอัดข้อมูล แต่ข้อมูลที่ส่งมาไม่เป็นตามนั้น", NO_SETTING)
R(F_NOT_HTTP, "not-http", E, MEND,
  "What answers there does not speak HTTP properly: {1}.",
  "เครื่องแม่ข่ายไม่ตอบตามมาตรฐาน HTTP", NO_SETTING)
R(F_RETRY, "retry-after", N, OURS,
  "The site asks to be left alone for {1}; this is respected.",
  "เว็บไซต์ขอให้เว้นการเรียก {1}", NO_SETTING)

/* ---- what stands where a feed should be */
R(F_CHALLENGE, "challenge", E, MEND,
  "{1} stands where the document should be: only browsers are let in.",
  "ระบบป้องกันของเว็บไซต์ตรวจว่าเป็นเบราว์เซอร์หรือไม่ โปรแกรมอ่านข่าวจึงเข้าไม่ถึง ({2})", NO_SETTING)
R(F_BLOCK, "block-page", E, MEND,
  "{1} stands where the document should be: a firewall refuses this program.",
  "ไฟร์วอลล์ของเว็บไซต์ปฏิเสธโปรแกรมอ่านข่าว ({2})", NO_SETTING)
R(F_CAPTCHA, "captcha", E, MEND,
  "A CAPTCHA stands where the document should be.",
  "มี CAPTCHA กั้นอยู่หน้าเอกสาร", NO_SETTING)
R(F_LOGIN, "login", E, MEND,
  "A login page stands where the document should be: it is not open to the public.",
  "มีหน้าเข้าสู่ระบบกั้นอยู่ เอกสารจึงไม่เปิดให้สาธารณะอ่าน", NO_SETTING)
R(F_PARKED, "parked", E, OURS,
  "There is no site at this address, but {1}.",
  "ไม่มีเว็บไซต์ที่ที่อยู่นี้ (โดเมนว่าง หรือเครื่องแม่ข่ายที่ยังไม่มีเว็บ)", NO_SETTING)
R(F_DIRECTORY, "directory-index", E, MEND,
  "The address shows a listing of files instead of a page.",
  "ที่อยู่นี้แสดงรายชื่อแฟ้มแทนหน้าเว็บ", NO_SETTING)
R(F_APP, "javascript-app", E, MEND,
  "The page is only a program: without JavaScript it holds nothing to read.",
  "หน้าเว็บเป็นโปรแกรม JavaScript ล้วน ไม่มีเนื้อหาให้โปรแกรมอ่านข่าวอ่าน", NO_SETTING)
R(F_CONSTRUCTION, "under-construction", E, OURS,
  "The address shows {1}: come back later.",
  "เว็บไซต์อยู่ระหว่างปรับปรุง", NO_SETTING)
R(F_ERROR_PAGE, "error-page-200", E, MEND,
  "The server says that all is well (200) and sends {1}.",
  "เครื่องแม่ข่ายตอบว่าสำเร็จ (200) แต่ส่งหน้าแจ้งข้อผิดพลาดมา", NO_SETTING)
R(F_FORWARD, "forward-page", N, OURS,
  "The page only leads on to {1}.",
  "หน้านี้เพียงพาต่อไปที่ {1}", NO_SETTING)
R(F_EMPTY, "empty-document", E, MEND,
  "The document is empty: not a single character came.",
  "เอกสารว่างเปล่า ไม่มีข้อมูลแม้แต่ตัวอักษรเดียว", NO_SETTING)
R(F_NOT_FEED, "not-a-feed", E, OURS,
  "The document is no feed but {1}.",
  "เอกสารนี้ไม่ใช่ฟีดข่าว", NO_SETTING)
R(F_HTML, "html-instead-of-feed", E, MEND,
  "An HTML page came where the address promises a feed: {1}.",
  "ที่อยู่ของฟีดข่าวส่งหน้าเว็บ HTML มาแทนฟีด", NO_SETTING)
R(F_DIED, "parser-died", E, OURS,
  "The document could not be read: {1}.",
  "อ่านเอกสารไม่ได้ โปรแกรมแยกวิเคราะห์หยุดทำงาน", NO_SETTING)
R(F_LIMIT, "over-a-limit", E, MEND,
  "The document goes beyond a limit: {1}.",
  "เอกสารเกินขีดจำกัดที่โปรแกรมรับได้", NO_SETTING)
R(F_NO_FEED, "no-feed-found", E, MEND,
  "No feed (RSS or Atom) was found on this site: it would help to offer one and to announce it in the page; {1} addresses were asked.",
  "ไม่พบฟีดข่าว (RSS หรือ Atom) ของเว็บไซต์นี้ โปรดเปิดใช้ฟีดและประกาศที่อยู่ไว้ในหน้าเว็บ", NO_SETTING)
R(F_ANNOUNCED, "more-feeds", N, OURS,
  "The page names {1} more feeds: {2}.",
  "หน้าเว็บประกาศฟีดอื่นอีก {1} ฟีด", NO_SETTING)
R(F_ANNOUNCED_FAILS, "announced-feed-fails", W, MEND,
  "The page announces the feed {1}, but what comes from there is: {2}.",
  "หน้าเว็บประกาศฟีด {1} แต่ที่อยู่นั้นใช้เป็นฟีดไม่ได้", NO_SETTING)
R(F_NOT_ANNOUNCED, "feed-not-announced", N, MEND,
  "The feed {1} was found by trying; the page does not announce it with link rel=\"alternate\".",
  "หน้าเว็บไม่ได้ประกาศที่อยู่ของฟีด {1} ไว้ด้วย <link rel=\"alternate\">", NO_SETTING)
R(F_PAGE_RULES, "page-rules-needed", N, OURS,
  "The page has {1} links and text to read: rules of kind: page can be written for it (see ruamkhao.yml).",
  "หน้าเว็บมีลิงก์ {1} รายการ เขียนกฎ kind: page เพื่ออ่านได้", NO_SETTING)
R(F_PRESET, "page-preset", W, OURS,
  "There is no feed, but the page can be read with the ready rules for {1}: they give {2}.",
  "ไม่มีฟีด แต่อ่านจากหน้าเว็บด้วยกฎสำเร็จรูปของ {1} ได้ {2}", "kind: page, preset: {3}")
R(F_PRESET_EMPTY, "page-preset-fails", E, OURS,
  "The page looks like {1}, but the ready rules for it give nothing: {2}.",
  "หน้าเว็บดูเป็นระบบ {1} แต่กฎสำเร็จรูปอ่านข่าวไม่ได้", NO_SETTING)
R(F_WORDPRESS, "wordpress-rest", W, OURS,
  "There is no feed, but WordPress gives its posts as JSON.",
  "ไม่มีฟีด แต่ WordPress ส่งข่าวเป็น JSON (REST) ได้", "kind: wordpress")

/* ---- the document */
R(F_FEED_EMPTY, "feed-empty", W, MEND,
  "The feed is in order but holds no entry.",
  "ฟีดถูกต้องตามรูปแบบแต่ไม่มีข่าวเลย", NO_SETTING)
R(F_CLEANED, "xml-repaired", W, MEND,
  "The document is not well-formed; small repairs were enough to read it ({1}).",
  "เอกสาร XML ไม่ถูกรูปแบบ (not well-formed) เช่น มี & ที่ไม่ได้แปลงเป็น &amp;", NO_SETTING)
R(F_RECOVERED, "xml-broken", W, MEND,
  "The document is badly broken; what could be saved was read ({1}).",
  "เอกสาร XML เสียหายมาก อ่านได้เพียงบางส่วน", NO_SETTING)
R(F_TRUNCATED, "truncated", W, MEND,
  "The end of the document is missing; read was what came whole: {1}.",
  "เอกสารขาดตอนท้าย อ่านได้เฉพาะที่มาครบ ({1})", NO_SETTING)
R(F_MISLABELLED, "charset-mislabelled", W, MEND,
  "The document says {1}, but its bytes are {2}.",
  "เอกสารแจ้งรหัสอักขระเป็น {1} แต่ข้อมูลจริงเป็น {2}", "charset: {2}")
R(F_UNDECLARED, "charset-undeclared", W, MEND,
  "The document names no encoding and its bytes are {1}.",
  "เอกสารไม่ได้แจ้งรหัสอักขระ และข้อมูลจริงเป็น {1} ไม่ใช่ UTF-8", "charset: {1}")
R(F_DOUBLE, "charset-double-encoded", W, MEND,
  "The text was turned into UTF-8 twice; this was undone.",
  "ข้อความถูกแปลงเป็น UTF-8 ซ้ำสองครั้ง", NO_SETTING)
R(F_DAMAGED, "charset-damaged", W, MEND,
  "In {1} the bytes are no text in {2}; characters are lost there.",
  "มี {1} ที่ไม่ใช่ตัวอักษรในรหัส {2} ตัวอักษรตรงนั้นสูญหาย", NO_SETTING)
R(F_FEED_TITLE, "feed-title-missing", N, MEND,
  "The feed has no title of its own.",
  "ฟีดไม่มีชื่อ (title)", NO_SETTING)
R(F_NO_DATES, "dates-missing", W, MEND,
  "No entry has a date; the time at which each is first seen stands in.",
  "ข่าวในฟีดไม่มีวันที่เลย", NO_SETTING)
R(F_SOME_DATES, "dates-missing-some", N, MEND,
  "A date is missing on {1}.",
  "{1}ไม่มีวันที่", NO_SETTING)
R(F_BAD_DATES, "dates-unreadable", W, MEND,
  "What stands as a date cannot be read in {1} ({2}).",
  "มีวันที่ที่อ่านไม่ได้ {1} ({2})", NO_SETTING)
R(F_BUDDHIST, "dates-buddhist", W, MEND,
  "The dates of {1} are in the Buddhist era; they are read right here, but other readers show the wrong year.",
  "วันที่ของ{1}ใช้ปีพุทธศักราช โปรแกรมอ่านข่าวทั่วไปจะแสดงปีผิด", NO_SETTING)
R(F_FUTURE, "dates-future", W, MEND,
  "The dates of {1} lie in the future, as if the date of an event stood there.",
  "วันที่ของ{1}อยู่ในอนาคต คล้ายใช้วันจัดงานแทนวันเผยแพร่", "distrust: [date]")
R(F_ZONELESS, "dates-no-zone", N, MEND,
  "In {1} a time names no known zone; it is read as +07:00.",
  "มีเวลา {1} ที่ไม่ระบุเขตเวลา (+0700)", NO_SETTING)
R(F_DAY_ONLY, "dates-day-only", N, OURS,
  "Dates name the day without the time.",
  "วันที่มีแต่วัน ไม่มีเวลา", NO_SETTING)
R(F_SAME_DATE, "dates-all-equal", W, MEND,
  "All {1} carry the same date, so it is not theirs.",
  "{1}ในฟีดลงวันเวลาเดียวกันหมด", "distrust: [date]")
R(F_DATE_MOVES, "dates-moving", W, MEND,
  "The date of the same entry changes from one request to the next.",
  "วันที่ของข่าวเดียวกันเปลี่ยนไปทุกครั้งที่เรียก", "distrust: [date]")
R(F_UPDATED_MOVES, "updated-moving", W, MEND,
  "The time of the last change of the same entry is another at each request.",
  "เวลาแก้ไขล่าสุดของข่าวเดียวกันเปลี่ยนไปทุกครั้งที่เรียก", "distrust: [updated]")
R(F_WEEKDAY, "dates-wrong-weekday", N, MEND,
  "In {1} the day of the week does not fit the date.",
  "มีวันที่ {1} ที่ชื่อวันในสัปดาห์ไม่ตรงกับวันที่", NO_SETTING)
R(F_STALE, "stale", W, OURS,
  "The newest entry is of {1}: perhaps the site no longer feeds this address.",
  "ข่าวล่าสุดในฟีดคือ {1} ฟีดนี้อาจเลิกใช้แล้ว", NO_SETTING)
R(F_BUILT_NOW, "build-date-now", N, MEND,
  "The feed says that it was made at the very moment of the request (lastBuildDate), so it looks new each time.",
  "ฟีดแจ้งเวลาสร้าง (lastBuildDate) เป็นเวลาปัจจุบันทุกครั้ง จึงดูเหมือนใหม่เสมอ", NO_SETTING)
R(F_BODY_MOVES, "body-always-changes", N, MEND,
  "The document differs at each request although its news are the same; news are compared, not documents.",
  "เอกสารเปลี่ยนทุกครั้งที่เรียกทั้งที่ข่าวเหมือนเดิม (เช่น มีเวลาหรือตัวนับ)", NO_SETTING)
R(F_NO_ID, "ids-missing", N, MEND,
  "An id (guid) is missing on {1}; the address stands in.",
  "{1}ไม่มีรหัสประจำข่าว (guid)", NO_SETTING)
R(F_SHARED_ID, "ids-shared", W, MEND,
  "The id (guid) of {1} is not theirs alone: other entries or the whole site have the same.",
  "รหัส (guid) ของ{1}ซ้ำกับข่าวอื่นหรือเป็นที่อยู่ของทั้งเว็บไซต์ จึงแยกข่าวจากกันไม่ได้", "distrust: [id]")
R(F_ID_MOVES, "ids-rotating", W, MEND,
  "The id of the same entry changes from one request to the next.",
  "รหัส (guid) ของข่าวเดียวกันเปลี่ยนไปทุกครั้งที่เรียก", "distrust: [id]")
R(F_NOT_IRI, "ids-not-iri", N, OURS,
  "Ids are no addresses (such as {1}), so ids of our own are published.",
  "รหัสข่าวไม่ได้อยู่ในรูปที่อยู่ (เช่น {1})", NO_SETTING)
R(F_NO_LINK, "links-missing", W, MEND,
  "A link to read on is missing on {1}.",
  "{1}ไม่มีลิงก์ไปอ่านต่อ", NO_SETTING)
R(F_RELATIVE, "links-relative", N, MEND,
  "In {1} a link is written without its site; it was completed.",
  "มีลิงก์ {1} ที่ไม่ได้เขียนที่อยู่เต็ม", NO_SETTING)
R(F_HTTP_LINK, "links-http", N, MEND,
  "The feed comes by https, but {1} link by http.",
  "ฟีดส่งผ่าน https แต่ลิงก์ของ{1}เป็น http", NO_SETTING)
R(F_SHARED_LINK, "links-shared", W, MEND,
  "{1} have the same link, {2}.",
  "{1}มีลิงก์เดียวกัน คือ {2}", NO_SETTING)
R(F_NUMERIC, "links-numeric-host", N, MEND,
  "Links lead to a number instead of a name ({1}).",
  "ลิงก์ชี้ไปที่หมายเลขเครื่อง ({1}) แทนชื่อเว็บไซต์", NO_SETTING)
R(F_FOREIGN, "links-elsewhere", N, OURS,
  "Links lead to another host, {1}.",
  "ลิงก์ชี้ไปเว็บไซต์อื่น ({1})", NO_SETTING)
R(F_NO_TITLE, "titles-missing", W, MEND,
  "A title is missing on {1}.",
  "{1}ไม่มีหัวข้อ", NO_SETTING)
R(F_SAME_TITLE, "titles-repeated", N, MEND,
  "{1} have the same title, \"{2}\".",
  "{1}ใช้หัวข้อเดียวกันว่า \"{2}\"", NO_SETTING)
R(F_TWICE, "entries-twice", N, MEND,
  "In {1} an entry comes that was there already.",
  "มีข่าวซ้ำกันในฟีด {1}", NO_SETTING)
R(F_NO_TEXT, "text-missing", N, OURS,
  "No entry has more than its title; the text is on the site only.",
  "ข่าวในฟีดมีแต่หัวข้อ ไม่มีเนื้อหา", NO_SETTING)
R(F_SELF, "self-link-wrong", N, MEND,
  "The feed names {1} as its own address, which is another one.",
  "ฟีดระบุที่อยู่ของตัวเอง (atom:link rel=\"self\") เป็น {1} ซึ่งไม่ใช่", NO_SETTING)

/* ---- how it is to be polled */
R(F_NO_VALIDATORS, "validators-none", N, MEND,
  "The server sends neither ETag nor Last-Modified, so the whole document travels at every request; it is asked less often.",
  "เครื่องแม่ข่ายไม่ส่ง ETag หรือ Last-Modified จึงต้องส่งเอกสารทั้งฉบับทุกครั้ง", NO_SETTING)
R(F_ETAG_MOVES, "etag-changes", N, MEND,
  "The ETag is another at each request although the document is the same, so it saves nothing.",
  "ETag เปลี่ยนทุกครั้งทั้งที่เอกสารเหมือนเดิม จึงไม่ช่วยประหยัดข้อมูล", NO_SETTING)
R(F_IGNORED, "validators-ignored", N, MEND,
  "The server sends {1} but answers a conditional request with the whole document again.",
  "เครื่องแม่ข่ายส่ง {1} แต่เมื่อถามแบบมีเงื่อนไขกลับส่งเอกสารทั้งฉบับ", NO_SETTING)
R(F_MODIFIED_MOVES, "last-modified-moves", N, MEND,
  "Last-Modified moves on with every request although the document is the same.",
  "Last-Modified เปลี่ยนทุกครั้งทั้งที่เอกสารเหมือนเดิม", NO_SETTING)
R(F_UNCOMPRESSED, "not-compressed", N, MEND,
  "{1} came uncompressed; gzip would save most of it.",
  "ส่งข้อมูล {1} โดยไม่บีบอัด (gzip)", NO_SETTING)
R(F_BIG, "large", W, MEND,
  "The document is large: {1} for {2}.",
  "เอกสารใหญ่มาก ({1} สำหรับ {2})", NO_SETTING)
R(F_SLOW, "slow", W, MEND,
  "The server is slow: its answer took {1}.",
  "เครื่องแม่ข่ายตอบช้า ใช้เวลา {1}", NO_SETTING)
R(F_WINDOW, "window-short", W, OURS,
  "The {1} cover only {2}: asked as seldom as usual, some would be missed.",
  "{1}ในฟีดครอบคลุมเวลาเพียง {2} ถ้าเรียกห่างกว่านั้นจะพลาดบางข่าว", "every: {3}")
R(F_TTL, "asks-for-pause", N, OURS,
  "The site asks not to be asked more often than once in {1}; this is respected.",
  "เว็บไซต์ขอให้เรียกไม่ถี่กว่า {1} ต่อครั้ง", NO_SETTING)
R(F_TYPE, "content-type-wrong", N, MEND,
  "The feed is served as {1}.",
  "เครื่องแม่ข่ายระบุชนิดของฟีดเป็น {1}", NO_SETTING)
R(F_CLOCK, "clock-wrong", N, MEND,
  "The server's clock is wrong by {1}.",
  "นาฬิกาของเครื่องแม่ข่ายคลาดเคลื่อน {1}", NO_SETTING)
R(F_PLAIN, "http-only", N, MEND,
  "The address is plain http: anybody on the way can change the news.",
  "ที่อยู่เป็น http ธรรมดา ไม่มีการเข้ารหัส (https)", NO_SETTING)
R(F_CONFIGURED, "already-configured", N, OURS,
  "This address is in the configuration already, as {1}.",
  "ที่อยู่นี้อยู่ในการตั้งค่าแล้ว ชื่อ {1}", NO_SETTING)
/* clang-format on */

#undef E
#undef W
#undef N
#undef MEND
#undef OURS
#undef NO_SETTING
