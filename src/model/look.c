/*
 * Names of what a document that is no feed is.
 */
#include <ruamkhao/look.h>

#include <ruamkhao/err.h>

static const char *const kinds[] = {
    [RK_LOOK_PAGE] = "page",
    [RK_LOOK_CHALLENGE] = "challenge",
    [RK_LOOK_BLOCK] = "block",
    [RK_LOOK_CAPTCHA] = "captcha",
    [RK_LOOK_LOGIN] = "login",
    [RK_LOOK_PARKED] = "parked",
    [RK_LOOK_DIRECTORY] = "directory",
    [RK_LOOK_APP] = "app",
    [RK_LOOK_CONSTRUCTION] = "construction",
    [RK_LOOK_ERROR] = "error",
    [RK_LOOK_FORWARD] = "forward",
    [RK_LOOK_EMPTY] = "empty",
    [RK_LOOK_XML] = "xml",
    [RK_LOOK_JSON] = "json",
    [RK_LOOK_TEXT] = "text",
    [RK_LOOK_BINARY] = "binary",
};

static const struct {
	const char *name, *preset;
} systems[RK_SYSTEM_COUNT] = {
    [RK_SYSTEM_UNKNOWN] = {"", NULL},
    [RK_SYSTEM_WORDPRESS] = {"WordPress", "wordpress"},
    [RK_SYSTEM_JOOMLA] = {"Joomla", "joomla"},
    [RK_SYSTEM_DRUPAL] = {"Drupal", "drupal"},
    [RK_SYSTEM_EWT] = {"EasyWebTime", "ewt"},
    [RK_SYSTEM_PRD] = {"PRD CMS", "prd"},
    [RK_SYSTEM_PRD_MAIN] = {"PRD main site", "prd"},
    [RK_SYSTEM_TYPO3] = {"TYPO3", NULL},
    [RK_SYSTEM_SHAREPOINT] = {"SharePoint", NULL},
    [RK_SYSTEM_BLOGGER] = {"Blogger", NULL},
    [RK_SYSTEM_MEDIAWIKI] = {"MediaWiki", NULL},
    [RK_SYSTEM_LIFERAY] = {"Liferay", NULL},
    [RK_SYSTEM_WIX] = {"Wix", NULL},
    [RK_SYSTEM_NEXTJS] = {"Next.js", NULL},
    [RK_SYSTEM_ASPNET] = {"ASP.NET", NULL},
};

static const char *const hows[RK_HOW_COUNT] = {
    [RK_HOW_GIVEN] = "given",
    [RK_HOW_AGAIN] = "again",
    [RK_HOW_FORWARD] = "forward",
    [RK_HOW_ANNOUNCED] = "announced",
    [RK_HOW_LINKED] = "linked",
    [RK_HOW_SYSTEM] = "system",
    [RK_HOW_FRONT] = "front",
    [RK_HOW_USUAL] = "usual",
};

const char *
rk_look_kind_name(enum rk_look_kind kind)
{
	rk_assert((size_t)kind < sizeof(kinds) / sizeof(*kinds));
	return kinds[kind];
}

const char *
rk_system_name(enum rk_system system)
{
	rk_assert((size_t)system < RK_SYSTEM_COUNT);
	return systems[system].name;
}

const char *
rk_system_preset(enum rk_system system)
{
	rk_assert((size_t)system < RK_SYSTEM_COUNT);
	return systems[system].preset;
}

const char *
rk_how_name(enum rk_how how)
{
	rk_assert((size_t)how < RK_HOW_COUNT);
	return hows[how];
}
