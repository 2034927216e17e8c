/* What to do about a source in trouble: the sentences that are stored, with their Thai. */
#include <ruamkhao/health.h>

#include <ruamkhao/err.h>

static const struct {
	const char *en, *th;
} sentences[RK_N_ADVICE] = {
    [RK_ADVICE_NONE] = {"", ""},
    [RK_ADVICE_NEW_FEED] = {"the site took this address away: look for its new feed and change url",
	"เว็บไซต์ยกเลิกที่อยู่นี้แล้ว ให้หาที่อยู่ใหม่ของฟีดแล้วแก้ url"},
    [RK_ADVICE_NEW_PAGE] = {"the site took this address away: look for its new news page and"
	" change url", "เว็บไซต์ยกเลิกที่อยู่นี้แล้ว ให้หาหน้าข่าวใหม่แล้วแก้ url"},
    [RK_ADVICE_FEED_LOST] = {"look for the feed's new address on the site and change url",
	"หาที่อยู่ใหม่ของฟีดบนเว็บไซต์แล้วแก้ url"},
    [RK_ADVICE_PAGE_LOST] = {"look for the page's new address on the site and change url",
	"หาที่อยู่ใหม่ของหน้าข่าวบนเว็บไซต์แล้วแก้ url"},
    [RK_ADVICE_REFUSES] = {"the site refuses programs: ask its webmaster to allow this one",
	"เว็บไซต์ไม่ยอมให้โปรแกรมอ่าน ขอให้ผู้ดูแลเว็บไซต์อนุญาตระบบนี้"},
    [RK_ADVICE_WAIT] = {"nothing to do: the site asked us to wait",
	"ไม่ต้องทำอะไร เว็บไซต์ขอให้รอ"},
    [RK_ADVICE_NO_FEED] = {"open the url in a browser: is it still a feed?",
	"เปิด url ในเบราว์เซอร์ดูว่ายังเป็นฟีดอยู่หรือไม่"},
    [RK_ADVICE_PAGE_RULES] = {"open the url in a browser and compare it with the page rules"
	" (parse --page)", "เปิด url ในเบราว์เซอร์แล้วเทียบกับกฎอ่านหน้าเว็บ (parse --page)"},
    [RK_ADVICE_HOST_NAME] = {"check the host name in url",
	"ตรวจชื่อเว็บไซต์ใน url ว่าถูกต้องและยังใช้อยู่"},
    [RK_ADVICE_TLS] = {"tell the webmaster; ca_file can name a missing certificate",
	"แจ้งผู้ดูแลเว็บไซต์ว่าใบรับรอง (TLS) มีปัญหา"},
    [RK_ADVICE_BIG_FEED] = {"raise fetch.max_body if the feed is meant to be so large",
	"เพิ่ม fetch.max_body ถ้าฟีดตั้งใจให้ใหญ่ขนาดนี้"},
    [RK_ADVICE_BIG_PAGE] = {"raise fetch.max_body if the page is meant to be so large",
	"เพิ่ม fetch.max_body ถ้าหน้าเว็บตั้งใจให้ใหญ่ขนาดนี้"},
    [RK_ADVICE_URL] = {"correct url; fetch.allow_addresses lets your own networks through",
	"แก้ url ให้ถูกต้อง (fetch.allow_addresses เปิดให้เครือข่ายของท่านเอง)"},
    [RK_ADVICE_BY_ITSELF] = {"it is tried again by itself", "ระบบจะลองใหม่เอง"},
    [RK_ADVICE_ROBOTS] = {"ask its webmaster to allow ruamkhao there, or for a feed",
	"ขอให้ผู้ดูแลเว็บไซต์อนุญาต ruamkhao ใน robots.txt หรือเปิดฟีดให้"},
    [RK_ADVICE_ROBOTS_LOST] = {"it is tried again by itself; tell the webmaster if it lasts",
	"ระบบจะลองใหม่เอง ถ้าเป็นอยู่นานให้แจ้งผู้ดูแลเว็บไซต์"},
};

const char *
rk_advice_en(enum rk_advice advice)
{
	rk_assert((size_t)advice < RK_N_ADVICE);
	return sentences[advice].en;
}

const char *
rk_advice_th(struct rk_str en)
{
	for (size_t i = 0; i < RK_N_ADVICE; i++)
		if (rk_str_is(en, sentences[i].en))
			return sentences[i].th;
	return "";
}

struct rk_str
rk_advice_public(struct rk_str en)
{
	for (size_t i = 1; i < RK_N_ADVICE; i++)
		if (rk_str_is(en, sentences[i].en))
			return i == RK_ADVICE_HOST_NAME || i == RK_ADVICE_TLS || i == RK_ADVICE_URL
			    ? rk_str(sentences[RK_ADVICE_BY_ITSELF].en) : en;
	return RK_STR("");
}
