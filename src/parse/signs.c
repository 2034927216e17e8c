/*
 * The signs by which a page gives away what it is: tables, and how they are read. A
 * news page may hold a login box, a CAPTCHA in a form or the script of a firewall, so
 * most signs count only where there is next to nothing else to read.
 */
#include "parse_int.h"

#include <string.h>

#define WITH_BOX 2500 /* bytes of text beside a login box that is the whole page */

static const struct rk_sign signs[] = {
    {RK_LOOK_BLOCK, "the requested url was rejected",
	"a block page (Request Rejected, F5)", 1500, 0},
    {RK_LOOK_BLOCK, "<title>request rejected", "a block page (Request Rejected, F5)",
	1500, 0},
    {RK_LOOK_BLOCK, "incapsula incident id", "a block page (Incapsula)", 1500, 0},
    {RK_LOOK_CHALLENGE, "_incapsula_resource", "a challenge page (Incapsula)", 600, 10},
    {RK_LOOK_CHALLENGE, "<title>just a moment", "a challenge page (Cloudflare)", 1500,
	0},
    {RK_LOOK_CHALLENGE, "cf-browser-verification", "a challenge page (Cloudflare)",
	1500, 15},
    {RK_LOOK_CHALLENGE, "cf-chl-", "a challenge page (Cloudflare)", 1500, 15},
    {RK_LOOK_CHALLENGE, "_cf_chl_opt", "a challenge page (Cloudflare)", 1500, 15},
    {RK_LOOK_BLOCK, "attention required! | cloudflare", "a block page (Cloudflare)",
	3000, 0},
    {RK_LOOK_BLOCK, "sucuri website firewall", "a block page (Sucuri)", 3000, 0},
    {RK_LOOK_BLOCK, "blocked by mod_security", "a block page (ModSecurity)", 1500, 0},
    {RK_LOOK_BLOCK, "fortiguard intrusion prevention", "a block page (FortiGuard)",
	1500, 0},
    {RK_LOOK_BLOCK, "web application firewall",
	"a block page (web application firewall)", 800, 10},
    {RK_LOOK_CHALLENGE, "ddos-guard", "a challenge page (DDoS-Guard)", 600, 10},
    {RK_LOOK_CHALLENGE, "checking your browser before accessing",
	"a challenge page (checks the browser)", 1500, 15},
    {RK_LOOK_CHALLENGE, "document.cookie=\"bpc=", "a challenge page (sets a cookie)",
	300, 3},
    {RK_LOOK_CAPTCHA, "g-recaptcha", "a CAPTCHA page", 800, 10},
    {RK_LOOK_CAPTCHA, "h-captcha", "a CAPTCHA page", 800, 10},
    {RK_LOOK_CAPTCHA, "cf-turnstile", "a CAPTCHA page", 800, 10},
    {RK_LOOK_CAPTCHA, "name=\"captcha", "a CAPTCHA page", 800, 10},
    {RK_LOOK_LOGIN, "type=\"password\"", "a login page", WITH_BOX, 15},
    {RK_LOOK_LOGIN, "type='password'", "a login page", WITH_BOX, 15},
    {RK_LOOK_LOGIN, "type=password", "a login page", WITH_BOX, 15},
    {RK_LOOK_DIRECTORY, "<title>index of /", "a listing of files", 0, 0},
    {RK_LOOK_DIRECTORY, "<title>directory listing for", "a listing of files", 0, 0},
    {RK_LOOK_DIRECTORY, "[to parent directory]", "a listing of files (IIS)", 0, 0},
    {RK_LOOK_PARKED, "sedoparking", "a parked domain (Sedo)", 4000, 0},
    {RK_LOOK_PARKED, "parkingcrew", "a parked domain", 4000, 0},
    {RK_LOOK_PARKED, "bodis.com", "a parked domain", 4000, 40},
    {RK_LOOK_PARKED, "hugedomains.com", "a domain for sale", 4000, 0},
    {RK_LOOK_PARKED, "domain is for sale", "a domain for sale", 4000, 60},
    {RK_LOOK_PARKED, "domain may be for sale", "a domain for sale", 4000, 60},
    {RK_LOOK_PARKED, "domain is parked", "a parked domain", 2000, 40},
    {RK_LOOK_PARKED, "parked free, courtesy of", "a parked domain", 4000, 0},
    {RK_LOOK_PARKED, "this account has been suspended", "a suspended account", 1500,
	15},
    {RK_LOOK_PARKED, "/cgi-sys/suspendedpage", "a suspended account", 1500, 15},
    {RK_LOOK_PARKED, "apache2 debian default page", "the default page of a web server",
	9000, 0},
    {RK_LOOK_PARKED, "apache2 ubuntu default page", "the default page of a web server",
	9000, 0},
    {RK_LOOK_PARKED, "welcome to nginx", "the default page of a web server", 1500, 10},
    {RK_LOOK_PARKED, "<title>iis windows server", "the default page of a web server",
	1500, 0},
    {RK_LOOK_PARKED, "<h1>it works!", "the default page of a web server", 300, 5},
    {RK_LOOK_PARKED, "<title>default web site page", "the default page of a web server",
	5000, 0},
    {RK_LOOK_PARKED, "xampp for", "the default page of a web server", 2500, 30},
    {RK_LOOK_CONSTRUCTION, "under construction", "a page under construction", 600, 10},
    {RK_LOOK_CONSTRUCTION, "coming soon", "a page under construction", 600, 10},
    {RK_LOOK_CONSTRUCTION, "under maintenance", "a page of maintenance", 800, 10},
    {RK_LOOK_CONSTRUCTION, "briefly unavailable for scheduled maintenance",
	"a page of maintenance", 800, 10},
    {RK_LOOK_CONSTRUCTION, "อยู่ระหว่างการปรับปรุง", "a page of maintenance", 900, 10},
    {RK_LOOK_CONSTRUCTION, "อยู่ระหว่างปรับปรุง", "a page of maintenance", 900, 10},
    {RK_LOOK_CONSTRUCTION, "ปิดปรับปรุง", "a page of maintenance", 900, 10},
    {RK_LOOK_CONSTRUCTION, "อยู่ระหว่างการพัฒนา", "a page under construction", 900, 10},
    {RK_LOOK_CONSTRUCTION, "อยู่ระหว่างดำเนินการ", "a page under construction", 600, 10},
    {RK_LOOK_ERROR, "error establishing a database connection",
	"an error message (no database)", 1500, 0},
    {RK_LOOK_ERROR, "<title>database error", "an error message (no database)", 1500,
	15},
    {RK_LOOK_ERROR, "<b>fatal error</b>:", "an error message (PHP)", 1500, 10},
    {RK_LOOK_ERROR, "sqlstate[", "an error message (database)", 2000, 10},
    {RK_LOOK_ERROR, "server error in '/' application", "an error message (ASP.NET)", 0,
	0},
    {RK_LOOK_ERROR, "<title>404", "an error page (not found)", 0, 0},
    {RK_LOOK_ERROR, "<title>error 404", "an error page (not found)", 0, 0},
    {RK_LOOK_ERROR, "<title>page not found", "an error page (not found)", 0, 0},
    {RK_LOOK_ERROR, "<title>not found", "an error page (not found)", 0, 0},
    {RK_LOOK_ERROR, "<title>ไม่พบหน้า", "an error page (not found)", 0, 0},
    {RK_LOOK_ERROR, "ไม่พบหน้าที่คุณต้องการ", "an error page (not found)", 1500, 0},
    {RK_LOOK_ERROR, "<title>403", "an error page (forbidden)", 0, 0},
    {RK_LOOK_ERROR, "<title>500", "an error page (server error)", 0, 0},
    {RK_LOOK_ERROR, "<title>502", "an error page (bad gateway)", 0, 0},
    {RK_LOOK_ERROR, "<title>503", "an error page (unavailable)", 0, 0},
    {RK_LOOK_APP, "you need to enable javascript to run this app",
	"a page that is only a program: nothing to read without JavaScript", 400, 3},
};

const struct rk_sign *
rk_sign_of(struct rk_str lower, const struct rk_look *look)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		const struct rk_sign *s = &signs[i];

		if ((s->text > 0 && look->text > s->text) ||
		    (s->links > 0 && look->links > s->links))
			continue;
		if (rk_str_find(lower, rk_str(s->sign)) != SIZE_MAX)
			return s;
	}
	return NULL;
}

/* ---- systems */

/* A generator names its system; paths are believed when several agree or none argues.
 */
static const struct {
	enum rk_system system;
	unsigned weight;
	const char *sign;
} marks[] = {
    {RK_SYSTEM_WORDPRESS, 2, "/wp-content/"},
    {RK_SYSTEM_WORDPRESS, 2, "/wp-includes/"},
    {RK_SYSTEM_WORDPRESS, 3, "api.w.org"},
    {RK_SYSTEM_WORDPRESS, 1, "/wp-json"},
    {RK_SYSTEM_WORDPRESS, 1, "wp-block-"},
    {RK_SYSTEM_WORDPRESS, 2, "wp-post-image"},
    {RK_SYSTEM_WORDPRESS, 2, "hentry"},
    {RK_SYSTEM_WORDPRESS, 2, "et_pb_post"},
    {RK_SYSTEM_WORDPRESS, 2, "elementor-post"},
    {RK_SYSTEM_WORDPRESS, 2, "td_module_"},
    {RK_SYSTEM_WORDPRESS, 1, "entry-title"},
    {RK_SYSTEM_WORDPRESS, 1, "narrowcolumn"},
    {RK_SYSTEM_JOOMLA, 2, "option=com_content"},
    {RK_SYSTEM_JOOMLA, 2, "com_content view-"},
    {RK_SYSTEM_JOOMLA, 3, "com-content-"},
    {RK_SYSTEM_JOOMLA, 3, "contentpaneopen"},
    {RK_SYSTEM_JOOMLA, 3, "sectiontableentry"},
    {RK_SYSTEM_JOOMLA, 2, "items-leading"},
    {RK_SYSTEM_JOOMLA, 1, "items-row"},
    {RK_SYSTEM_JOOMLA, 2, "/media/jui/"},
    {RK_SYSTEM_JOOMLA, 2, "/media/system/js/"},
    {RK_SYSTEM_JOOMLA, 1, "/components/com_"},
    {RK_SYSTEM_JOOMLA, 1, "joomla-script-options"},
    {RK_SYSTEM_DRUPAL, 2, "drupal.settings"},
    {RK_SYSTEM_DRUPAL, 2, "drupal-settings-json"},
    {RK_SYSTEM_DRUPAL, 2, "/sites/default/files/"},
    {RK_SYSTEM_DRUPAL, 1, "/core/themes/"},
    {RK_SYSTEM_DRUPAL, 2, "views-row"},
    {RK_SYSTEM_DRUPAL, 2, "node-teaser"},
    {RK_SYSTEM_DRUPAL, 2, "node--view-mode-teaser"},
    {RK_SYSTEM_DRUPAL, 2, "field--name-"},
    {RK_SYSTEM_EWT, 4, "ewt_news.php?nid="},
    {RK_SYSTEM_EWT, 4, "easywebtime"},
    {RK_SYSTEM_EWT, 3, "ewt_dl_link.php"},
    {RK_SYSTEM_EWT, 3, "more_news.php?cid="},
    {RK_SYSTEM_EWT, 2, "/ewt/"},
    {RK_SYSTEM_PRD, 4, "/content/category/detail/id/"},
    {RK_SYSTEM_PRD, 4, "/content/category/index/id/"},
    {RK_SYSTEM_PRD_MAIN, 5, "/rss/page/content"},
    {RK_SYSTEM_PRD_MAIN, 4, "/content/page/index/id/"},
    {RK_SYSTEM_TYPO3, 3, "typo3conf/"},
    {RK_SYSTEM_TYPO3, 3, "typo3temp/"},
    {RK_SYSTEM_SHAREPOINT, 3, "_sppagecontextinfo"},
    {RK_SYSTEM_SHAREPOINT, 2, "/_layouts/"},
    {RK_SYSTEM_BLOGGER, 3, "blogger.com/static"},
    {RK_SYSTEM_BLOGGER, 2, "/feeds/posts/default"},
    {RK_SYSTEM_LIFERAY, 3, "liferay."},
    {RK_SYSTEM_WIX, 3, "static.wixstatic.com"},
    {RK_SYSTEM_NEXTJS, 3, "__next_data__"},
    {RK_SYSTEM_NEXTJS, 2, "/_next/static/"},
    {RK_SYSTEM_ASPNET, 1, "__viewstate"},
};

static const struct {
	enum rk_system system;
	const char *prefix; /* of the generator */
} generators[] = {
    {RK_SYSTEM_WORDPRESS, "wordpress"},
    {RK_SYSTEM_JOOMLA, "joomla"},
    {RK_SYSTEM_DRUPAL, "drupal"},
    {RK_SYSTEM_TYPO3, "typo3"},
    {RK_SYSTEM_SHAREPOINT, "microsoft sharepoint"},
    {RK_SYSTEM_BLOGGER, "blogger"},
    {RK_SYSTEM_MEDIAWIKI, "mediawiki"},
    {RK_SYSTEM_WIX, "wix.com"},
    {RK_SYSTEM_EWT, "easywebtime"},
};

enum rk_system
rk_system_of(struct rk_str lower, struct rk_str generator)
{
	unsigned weight[RK_SYSTEM_COUNT] = {0};
	enum rk_system best = RK_SYSTEM_UNKNOWN;

	for (size_t i = 0; i < sizeof(generators) / sizeof(*generators); i++)
		if (rk_str_istarts(generator, generators[i].prefix))
			return generators[i].system;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (rk_str_find(lower, rk_str(marks[i].sign)) != SIZE_MAX)
			weight[marks[i].system] += marks[i].weight;
	for (unsigned i = 0; i < RK_SYSTEM_COUNT; i++)
		if (weight[i] > weight[best])
			best = (enum rk_system)i;
	return best;
}
