"""More pages as public templates print them: each theme is an article, an item of its list
and the frame of that, in the markup of the template with texts of our own. A theme stands here
for what it does otherwise than those of page_templates.py.

{title} {body} {date} {time} {author} {section} {url} are the story's; {side} are other news as
the template puts them beside or below, {respond} is the place of comments.
"""
from html import escape

import page_templates as t

OTHERS = [("เทศบาลแจ้งปิดถนนซ่อมท่อประปาหน้าตลาดสด", "/2561/other-1/"),
          ("ประกาศรายชื่อผู้มีสิทธิสอบพนักงานจ้างเหมาบริการ", "/2561/other-2/")]
RESPOND = ('<div id="respond"><h3 id="reply-title">ร่วมแสดงความคิดเห็น</h3><form action="/c"><textarea name="comment">'
           '</textarea></form></div><p class="akismet_comment_form_privacy_notice">This site uses Akismet to reduce spam. '
           '<a href="https://akismet.com/privacy/">Learn how your comment data is processed.</a></p>')
WIDGET = ('<section class="widget widget_recent_entries"><h2 class="widget-title">ล่าสุด</h2><ul><li><a href="/4/">ข่าวเก่ากว่า</a>'
          '<span class="post-date">3 มกราคม 2561</span></li></ul></section><section class="widget"><h2>ป้ายกำกับ</h2>'
          '<div class="tagcloud"><a href="/tag/a/">แท็ก</a></div></section>')
FOOT = ('<footer class="site-footer"><p>ที่อยู่ 1 ถนนตัวอย่าง โทร. 0 2111 1111</p></footer><div id="cookie-bar" class="cookie-notice">'
        'เว็บไซต์นี้ใช้คุกกี้ <a href="/policy/">นโยบาย</a></div>')
SINGLE = '<body class="post-template-default single single-post postid-7 {more}">'


def _others(markup, dated=True):
    return "".join(markup.replace("{url}", u).replace("{title}", n) for n, u in OTHERS)


class Theme:
    def __init__(self, name, preset, article, item, frame="<main>{items}</main>", side="", body="", list_body="home blog"):
        self.__name__, self.preset, self.article, self.item = name, preset, article, item
        self.frame, self.side, self.body, self.list_body = frame, side, body, list_body

    def fill(self, markup, s, lines):
        # without a date the template leaves the whole of its line out
        if not s["date"]:
            while "{if}" in markup:
                a, b = markup.index("{if}"), markup.index("{end}")
                markup = markup[:a] + markup[b + 5:]
        time = t.time_tag(s, "entry-date published") or s["date"]
        for key, value in [("{if}", ""), ("{end}", ""), ("{side}", _others(self.side)), ("{respond}", RESPOND), ("{widget}", WIDGET),
                           ("{foot}", FOOT), ("{title}", escape(s["title"])), ("{date}", s["date"]), ("{time}", time),
                           ("{iso}", s["iso"] or ""), ("{author}", s["author"] or "admin"), ("{section}", s["section"]),
                           ("{url}", escape(s["url"])), ("{body}", t.paragraphs(lines))]:
            markup = markup.replace(key, value)
        return markup

    def __call__(self, s):
        body = SINGLE.replace("{more}", self.body) if self.preset == "wordpress" else "<body%s>" % self.body
        article = t.HEAD % (escape(s["title"]) + " &#8211; สำนักงาน") + self.fill(body + self.article, s, s["lines"]) + "</body></html>"
        items = self.fill(self.item, s, ["ข้อความย่อ"])
        for i, (title, url) in enumerate(OTHERS):
            if self.preset == "ewt":
                url = "ewt_news.php?nid=%d" % (70 + i)
            if self.preset == "prd":
                url = "/th/content/category/detail/id/9/iid/%d" % (70 + i)
            items += self.fill(self.item, dict(s, title=title, url=url, iso="2019-01-0%dT09:00:00+07:00" % (i + 2),
                                               date="%d มกราคม 2562" % (i + 2)), ["ข้อความย่อ"])
        frame = self.fill(self.frame, s, []).replace("{items}", items)
        return t.HEAD % "สำนักงาน" + '<body class="%s">' % self.list_body + frame + "</body></html>", article


THEMES = [
    # the layout is named after its sidebar
    Theme("wp_generatepress", "wordpress",
          '<div class="site-content" id="content"><div class="content-area"><main class="site-main"><article class="post-7 post type-post hentry">'
          '<div class="inside-article"><header class="entry-header"><h1 class="entry-title" itemprop="headline">{title}</h1>{if}<div class="entry-meta">'
          '<span class="posted-on">{time}</span> <span class="byline">by <span class="author vcard"><a class="url fn n" href="/author/x/">{author}</a></span></span></div>{end}</header>'
          '<div class="entry-content" itemprop="text">{body}</div><footer class="entry-meta"><span class="cat-links"><a href="/c/" rel="category tag">{section}</a></span></footer>'
          '</div></article>{respond}</main></div><div class="widget-area sidebar is-right-sidebar">{widget}</div></div>{foot}',
          '<article class="post type-post hentry"><header class="entry-header"><h2 class="entry-title"><a href="{url}" rel="bookmark">{title}</a></h2>'
          '<div class="entry-meta"><span class="posted-on">{time}</span></div></header><div class="entry-summary">{body}</div></article>',
          '<main>{items}</main><div class="widget-area sidebar">{widget}</div>{foot}', body="right-sidebar nav-below-header",
          list_body="home blog right-sidebar"),
    # related articles in the article's own markup, and an author box
    Theme("wp_astra", "wordpress",
          '<div class="ast-container"><main id="main"><article class="post-7 post type-post hentry ast-article-single"><header class="entry-header"><h1 class="entry-title">{title}</h1>'
          '{if}<div class="entry-meta"><a href="/c/" rel="category tag">{section}</a> / By <span class="posted-by vcard author"><a class="url fn n" href="/author/x/" rel="author">'
          '<span class="author-name">{author}</span></a></span> / <span class="posted-on"><span class="published">{date}</span></span></div>{end}</header><div class="entry-content clear">{body}</div></article>'
          '<div class="ast-author-box"><h4 class="author-title"><a href="/author/x/" rel="author">ดูทั้งหมดของผู้เขียน</a></h4></div>'
          '<div class="ast-single-related-posts-container"><h2>Related Posts</h2>{side}</div>{respond}</main></div>{foot}',
          '<article class="post type-post hentry"><div class="post-content"><header class="entry-header"><h2 class="entry-title"><a href="{url}">{title}</a></h2>'
          '<div class="entry-meta"><span class="posted-on"><span class="published">{date}</span></span></div></header><div class="entry-content">{body}</div></div></article>',
          side='<article class="ast-related-post post type-post hentry"><h3 class="ast-related-post-title entry-title"><a href="{url}">{title}</a></h3>'
               '<div class="entry-meta"><span class="posted-on"><span class="published">2 มกราคม 2561</span></span></div></article>', body="ast-separate-container"),
    # a query of other posts above the post
    Theme("wp_block_more", "wordpress",
          '<div class="wp-site-blocks"><div class="wp-block-query"><ul class="wp-block-post-template">{side}</ul></div><main><h1 class="wp-block-post-title">{title}</h1>'
          '{if}<div class="wp-block-post-date"><time datetime="{iso}">{date}</time></div><div class="wp-block-post-author-name"><a href="/author/x/" rel="author">{author}</a></div>{end}'
          '<div class="entry-content wp-block-post-content">{body}</div><div class="wp-block-comments">{respond}</div></main></div>{foot}',
          '<li class="wp-block-post post type-post hentry"><h2 class="wp-block-post-title"><a href="{url}">{title}</a></h2><div class="wp-block-post-date"><time datetime="{iso}">{date}</time></div></li>',
          '<main><ul class="wp-block-post-template">{items}</ul></main>{foot}',
          side='<li class="wp-block-post post type-post hentry"><h3 class="wp-block-post-title"><a href="{url}">{title}</a></h3>'
               '<div class="wp-block-post-date"><time datetime="2018-01-02T00:00:00+07:00">2 มกราคม 2561</time></div></li>'),
    # everything about the post inside of its text's container
    Theme("wp_colormag", "wordpress",
          '<div id="main"><article class="post-7 post type-post hentry"><div class="article-content"><div class="above-entry-meta"><span class="cat-links"><a href="/c/">{section}</a></span></div>'
          '<header class="entry-header"><h1 class="entry-title">{title}</h1></header>{if}<div class="below-entry-meta"><span class="posted-on">{time}</span><span class="byline">'
          '<span class="author vcard"><a class="url fn n" href="/author/x/">{author}</a></span></span><span class="comments"><a href="#respond">0 Comments</a></span></div>{end}'
          '<div class="entry-content">{body}<div class="entry-author"><h2 class="name"><a href="/author/x/">ผู้เขียนคนเดิม</a></h2></div></div></div></article>'
          '<h4 class="related-posts-main-title">You May Also Like</h4><div class="related-posts">{side}</div>{respond}</div>{foot}',
          '<article class="post type-post hentry"><div class="article-content"><h2 class="entry-title"><a href="{url}">{title}</a></h2><div class="below-entry-meta"><span class="posted-on">{time}</span></div></div></article>',
          side='<div class="single-related-posts"><div class="article-content"><h3 class="entry-title"><a href="{url}">{title}</a></h3>'
               '<time class="entry-date published" datetime="2018-01-02T00:00:00+07:00">2 มกราคม 2561</time></div></div>', list_body="archive category right-sidebar"),
    # the list is a widget of the page builder
    Theme("wp_elementor_posts", "wordpress",
          '<main id="content" class="site-main post-7 post type-post hentry"><header class="page-header"><h1 class="entry-title">{title}</h1></header><div class="page-content">'
          '{if}<p class="post-meta"><span class="author vcard"><a class="fn" href="/author/x/">{author}</a></span> {time}</p>{end}'
          '<div class="elementor"><div class="elementor-widget elementor-widget-text-editor"><div class="elementor-widget-container">{body}</div></div></div>'
          '<div class="post-tags"><span class="tag-links">Tagged <a href="/tag/a/" rel="tag">แท็ก</a></span></div></div><section id="comments">{respond}</section></main>{foot}',
          '<article class="elementor-post elementor-grid-item post type-post hentry"><a class="elementor-post__thumbnail__link" href="{url}"><img src="/i.jpg"></a><div class="elementor-post__text">'
          '<h3 class="elementor-post__title"><a href="{url}">{title}</a></h3><div class="elementor-post__meta-data"><span class="elementor-post-date">{date}</span></div></div></article>',
          '<div class="elementor"><div class="elementor-element elementor-widget elementor-widget-posts"><div class="elementor-posts-container">{items}</div></div></div>', list_body="page elementor-page"),
    # the whole of an item is one link
    Theme("wp_flatsome", "wordpress",
          '<main><div id="content" class="blog-single"><article class="post-7 post type-post hentry"><div class="article-inner"><header class="entry-header"><h6 class="entry-category"><a href="/c/">{section}</a></h6>'
          '<h1 class="entry-title">{title}</h1>{if}<div class="entry-meta uppercase"><span class="posted-on">Posted on {time}</span> <span class="byline">by <span class="meta-author vcard"><a class="url fn n" href="/a/">{author}</a></span></span></div>{end}</header>'
          '<div class="entry-content single-page">{body}<div class="blog-share text-center"><a href="#">Facebook</a></div></div><footer class="entry-meta">This entry was posted in <a href="/c/">{section}</a>. Bookmark the <a href="{url}">permalink</a>.</footer></div></article>{respond}</div></main>{foot}',
          '<div class="col post-item"><a href="{url}" class="plain"><div class="box-text"><h5 class="post-title">{title}</h5><div class="post-meta">{date}</div><p class="from_the_blog_excerpt">ย่อ</p></div></a></div>',
          '<main><div class="row">{items}</div><div id="secondary" class="widget-area">{widget}</div></main>'),
    # a theme of the house: no class that WordPress knows
    Theme("wp_bare", "wordpress",
          '<div class="top"><a href="/">สำนักงาน</a></div><section class="content"><div class="row"><div class="col-md-9"><h1>{title}</h1>{if}<div class="date-post">{date}</div><div class="author-name">{author}</div>{end}<div class="detail">{body}</div></div>'
          '<div class="col-md-3">{widget}</div></div></section>{respond}{foot}',
          '<div class="col-md-4"><div class="card"><a href="{url}"><img src="/i.jpg"></a><div class="card-body"><h5 class="card-title"><a href="{url}">{title}</a></h5><p class="date-post">{date}</p></div></div></div>',
          '<div class="top"><h1 class="site-name"><a href="/">สำนักงาน</a></h1></div><div class="row">{items}</div>{foot}'),
    # vote form, five most read and comments; the sign of an article stands in what is dropped
    Theme("ewt_vote", "ewt",
          '<table><tr><td colspan="3"><img src="top.jpg"></td></tr><tr><td width="208">{side}</td><td width="540"><table><tr><td class="text_head"><div>{title}</div><hr>{if}<span>{date}</span>{end}</td></tr></table>'
          '<table class="text_normal"><tr><td valign="top">{body}</td></tr></table><table class="text_head"><tr><td>ข่าวยอดนิยม 5 อันดับ</td></tr><tr><td><table class="text_normal"><tr><td><a href="ewt_news.php?nid=3">ข่าวอ่านมาก</a></td></tr></table></td></tr></table>'
          '<form method="post"><table class="text_normal"><tr><td class="text_head">จำนวนคนอ่าน 41 คน</td><td class="text_head">จำนวนคนโหวต 2 คน</td></tr><tr><td><input name="vote_status" type="radio" value="1">1 <input type="submit" value="โหวต"></td><td>ให้ 1 คะแนน</td></tr></table></form>'
          '<div id="show_comment"><table><tr><td class="text_head"><li>ความคิดเห็นที่ 1</li></td></tr><tr><td>เห็นด้วย</td></tr></table></div></td><td>{side}</td></tr></table>',
          '<tr><td><table><tr><td valign="top"><a href="{url}"><b><span class="text_head">{title}</span></b></a> <span class="text_normal">({date})</span><div class="text_normal">อ่าน 4 ครั้ง</div></td></tr></table></td></tr>',
          '<table><tr><td id="ewt_main_structure_left">{side}</td><td id="ewt_main_structure_body"><table>{items}<tr><td>หน้าที่ : [1]</td></tr></table></td></tr></table>',
          side='<table class="text_normal"><tr><td><a href="ewt_news.php?nid=1&amp;x={url}">{title}</a></td></tr></table>'),
    # the headline in bold behind the path of sections, no class at all
    Theme("ewt_bold", "ewt",
          '<table id="ewt_main_structure"><tr><td id="ewt_main_structure_left"><b>เมนูหลักของหน่วยงานนี้</b>{side}</td><td id="ewt_main_structure_body"><a href="index.php">หน้าหลัก</a> >> <a href="more_news.php?cid=2">{section}</a>'
          '<table><tr><td align="center"><b>{title}</b></td></tr></table>{if}<table><tr><td>{date} (จำนวนคนอ่าน 41 คน)</td></tr></table>{end}<table><tr><td>{body}</td></tr></table>จำนวนคนอ่าน 41 คน จำนวนคนโหวต 0 คน</td></tr></table>',
          '<tr><td><img src="b.gif"></td><td><a href="{url}">{title}</a></td><td><span>{date}</span></td></tr>',
          '<table><tr><td id="ewt_main_structure_body"><table>{items}</table></td></tr></table>',
          side='<p><a href="ewt_news.php?nid=1&amp;x={url}">{title}</a></p>'),
    # 1.5 links the headline of an article to itself
    Theme("joomla15_linked", "joomla",
          '<div id="left">{side}</div><table class="contentpaneopen"><tr><td class="contentheading"><a href="{url}" class="contentpagetitle">{title}</a></td><td class="buttonheading"><a href="/pdf"><img alt="PDF"></a></td></tr></table>'
          '<table class="contentpaneopen">{if}<tr><td><span class="small">เขียนโดย {author}</span></td></tr><tr><td class="createdate">{date} 08:30</td></tr>{end}<tr><td><form method="post"><span class="content_vote">แย่<input type="radio" name="user_rating" value="1">ดี</span></form>{body}</td></tr></table>',
          '<div><table class="contentpaneopen"><tr><td class="contentheading"><a href="{url}">{title}</a></td></tr></table><table class="contentpaneopen"><tr><td class="createdate">{date} 08:30</td></tr><tr><td>ย่อ</td></tr></table></div>',
          '<table class="blog"><tr><td>{items}</td></tr></table>', side='<ul class="latestnews"><li><a href="{url}">{title}</a></li></ul>'),
    # 2.5 with the heading of the page above that of the article, and an account that is nobody's
    Theme("joomla25_heading", "joomla",
          '<div id="header"><h1 id="logo"><img alt="x"></h1></div><div class="item-page"><h1>ข่าวประชาสัมพันธ์หน่วยงาน</h1><h2><a href="{url}">{title}</a></h2><ul class="actions"><li class="print-icon"><a href="#"><img alt="พิมพ์"></a></li></ul>'
          '{if}<dl class="article-info"><dt class="article-info-term">รายละเอียด</dt><dd class="category-name">หมวด: <a href="/c">{section}</a></dd><dd class="published">เผยแพร่เมื่อ {date} เวลา 08:30 น.</dd><dd class="createdby">เขียนโดย {author}</dd><dd class="hits">ฮิต: 12</dd></dl>{end}{body}</div>{side}',
          '<tr class="cat-list-row0"><td class="list-title"><a href="{url}">{title}</a></td><td class="list-date">{date} 08:30</td></tr>',
          '<table class="category"><thead><tr><th class="list-title"><a href="javascript:order()">ชื่อเรื่อง</a></th></tr></thead><tbody>{items}</tbody></table>',
          side='<div class="moduletable"><a href="{url}">{title}</a></div>'),
    # a block of other news in the sidebar of every page
    Theme("drupal_blocks", "drupal",
          '<div id="page"><div id="content" class="column"><h1 class="title" id="page-title">{title}</h1><div class="region region-content"><div class="node node-article">{if}<div class="meta submitted"><span property="dc:date dc:created" content="{iso}">Submitted by <span class="username">{author}</span></span></div>{end}'
          '<div class="content"><div class="field field-name-body field-type-text-with-summary"><div class="field-item">{body}</div></div></div></div></div></div><div id="sidebar-first" class="column sidebar"><div class="view-content">{side}</div></div></div>{foot}',
          '<div class="views-row"><div class="views-field views-field-title"><a href="{url}">{title}</a></div><div class="views-field views-field-created"><span class="date-display-single" content="{iso}">{date}</span></div></div>',
          '<div id="page"><div class="region region-content"><div class="view-content">{items}</div></div><div id="sidebar-first" class="column sidebar"><div class="view-content">{side}</div></div></div>',
          side='<div class="views-row"><div class="views-field views-field-title"><a href="{url}">{title}</a></div></div>',
          body=' class="one-sidebar sidebar-first page-node node-type-article"', list_body="one-sidebar sidebar-first page-news"),
    # no class tells the text, and other news stand beside it
    Theme("prd_plain", "prd",
          '<header><nav><a href="/th/content/category/index/id/9">ข่าว</a></nav></header><div class="container"><div class="row"><div class="col-9"><h4>{title}</h4>{if}<small>{date}</small>{end} <span>12 ครั้ง</span><div class="mt-3">{body}</div></div>'
          '</div></div><div class="sidebar"><ul>{side}</ul></div>{foot}',
          '<li><a href="{url}"><div class="title">{title}</div><div class="date">{date}</div></a></li>', '<ul>{items}</ul><div class="sidebar"><ul>{side}</ul></div>',
          side='<li><a href="/th/content/category/detail/id/9/iid/1?x={url}">{title}</a></li>'),
]
