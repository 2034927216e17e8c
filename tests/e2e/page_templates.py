"""Pages as public templates print them, around a story that is given.

A story is a dict: title, date (as printed), iso (of a time element, or None), author (or
None), section, lines (of the text, noise and all), url. Each function names the template
whose markup it follows; texts of the frame are invented.
"""
import os
from html import escape

HEAD = ('<!DOCTYPE html><html lang="th"><head><meta charset="utf-8"><title>%s</title>'
        '<script>var x = "<div class=\'entry-content\'>no</div>";</script>'
        '<style>.a > .b { color: red }</style></head>')


def paragraphs(lines):
    return "\n".join("<p>%s</p>" % linked(l) for l in lines)


def linked(line):
    """An address in the text as a link, as editors make it."""
    words = []
    for word in line.split(" "):
        if word.startswith("https://"):
            word = '<a href="%s" target="_blank">%s</a>' % (escape(word), escape(word))
        else:
            word = escape(word)
        words.append(word)
    return " ".join(words)


def time_tag(s, classes):
    if s["iso"]:
        return '<time class="%s" datetime="%s">%s</time>' % (classes, s["iso"], s["date"])
    return ""


# ---- WordPress

def wp_twentytwelve(s):
    """twentytwelve: content.php in single.php, and in index.php with a linked title."""
    byline = ('<span class="by-author"> โดย <span class="author vcard"><a class="url fn n" href="/author/x/" '
              'rel="author">%s</a></span></span>' % s["author"]) if s["author"] else ""
    meta = ('<footer class="entry-meta">ข้อความนี้ถูกเขียนใน <a href="/category/x/" rel="category tag">%s</a> '
            'บน <a href="%s" rel="bookmark">%s</a>%s.</footer>' % (
                s["section"], s["url"], time_tag(s, "entry-date"), byline)) if s["iso"] else ""
    article = HEAD % (escape(s["title"]) + " | สำนักงาน") + (
        '<body class="single single-post postid-7 single-format-standard"><div id="page" class="hfeed site">'
        '<header id="masthead" class="site-header"><hgroup><h1 class="site-title"><a href="/" rel="home">สำนักงาน</a></h1>'
        '</hgroup><nav id="site-navigation" class="main-navigation"><ul><li><a href="/">หน้าแรก</a></li></ul></nav></header>'
        '<div id="main" class="wrapper"><div id="primary" class="site-content"><div id="content" role="main">'
        '<article id="post-7" class="post-7 post type-post status-publish format-standard hentry category-x">'
        '<header class="entry-header"><h1 class="entry-title">%s</h1></header>'
        '<div class="entry-content">%s</div>%s</article>'
        '<nav class="nav-single"><h3 class="assistive-text">นำทาง</h3><span class="nav-previous"><a href="/6/">ข่าวก่อน</a></span></nav>'
        '<div id="comments" class="comments-area"><div id="respond"><h3 id="reply-title">ร่วมแสดงความคิดเห็น</h3>'
        '<form action="/wp-comments-post.php"><textarea name="comment"></textarea></form></div></div>'
        '</div></div><div id="secondary" class="widget-area"><aside class="widget widget_recent_entries">'
        '<h3 class="widget-title">เรื่องล่าสุด</h3><ul><li><a href="/5/">ข่าวเก่า</a><span class="post-date">1 มกราคม 2560</span></li></ul></aside></div>'
        '</div></div></body></html>') % (escape(s["title"]), paragraphs(s["lines"]), meta)
    items = "".join(
        '<article id="post-%d" class="post-%d post type-post status-publish hentry"><header class="entry-header">'
        '<h1 class="entry-title"><a href="%s" rel="bookmark">%s</a></h1></header>'
        '<div class="entry-summary"><p>ข้อความย่อ</p></div><footer class="entry-meta">%s</footer></article>' % (
            i, i, url, escape(title), time_tag(s, "entry-date") if i == 0 else
            '<time class="entry-date" datetime="2019-01-0%dT09:00:00+07:00">%d มกราคม 2562</time>' % (i, i))
        for i, (url, title) in enumerate([(s["url"], s["title"]), ("/?p=3", "ข่าวที่สาม"), ("/?p=2", "ข่าวที่สอง")]))
    listing = HEAD % "สำนักงาน" + (
        '<body class="home blog"><div id="page"><div id="content" role="main">%s</div>'
        '<aside class="widget"><ul><li><a href="/x">กรอบข้าง</a></li></ul></aside></div></body></html>') % items
    return listing, article


def wp_kubrick(s):
    """default (kubrick) 1.5 to 2.9: div.post, h2, small, div.entry."""
    head = ('<small>%s <!-- by %s --></small>' % (s["date"], s["author"] or "admin")) if s["date"] else ""
    article = HEAD % escape(s["title"]) + (
        '<body><div id="page"><div id="header"><div id="headerimg"><h1><a href="/">เว็บไซต์</a></h1></div></div>'
        '<div id="content" class="widecolumn"><div class="post" id="post-7"><h2>%s</h2>%s<div class="entry">%s</div></div>'
        '<h3 id="respond">ร่วมแสดงความคิดเห็น</h3><form action="/wp-comments-post.php"><p><input name="author"></p></form>'
        '</div><div id="footer"><p>เว็บไซต์ is proudly powered by WordPress</p></div></div></body></html>') % (
            escape(s["title"]), head, paragraphs(s["lines"]))
    items = "".join(
        '<div class="post" id="post-%d"><h2><a href="%s" rel="bookmark" title="Permanent Link">%s</a></h2>'
        '<small>%s</small><div class="entry"><p>ข้อความย่อ</p></div>'
        '<p class="postmetadata">Posted in <a href="/c" rel="category">%s</a></p></div>' % (
            i, url, escape(title), date, s["section"])
        for i, (url, title, date) in enumerate([(s["url"], s["title"], s["date"] or ""), ("/?p=2", "ข่าวที่สอง", "2 มกราคม 2562")]))
    listing = HEAD % "เว็บไซต์" + '<body><div id="page"><div id="content" class="narrowcolumn">%s</div></div></body></html>' % items
    return listing, article


def wp_block(s):
    """Block themes (twentytwentytwo to twentytwentyfive): single.html, home.html."""
    date = ('<div class="wp-block-post-date"><time datetime="%s">%s</time></div>' % (s["iso"], s["date"])) if s["iso"] else ""
    author = ('<div class="wp-block-post-author"><div class="wp-block-post-author__content"><p class="wp-block-post-author__name">%s</p></div></div>'
              % s["author"]) if s["author"] else ""
    article = HEAD % escape(s["title"]) + (
        '<body class="post-template-default single single-post postid-9"><div class="wp-site-blocks">'
        '<header class="wp-block-template-part"><p class="wp-block-site-title"><a href="/">เว็บไซต์</a></p></header>'
        '<main class="wp-block-group"><h1 class="wp-block-post-title">%s</h1>%s%s'
        '<div class="entry-content alignfull wp-block-post-content has-global-padding">%s</div>'
        '<div class="wp-block-comments"><h2 class="wp-block-comments-title">ความคิดเห็น</h2></div></main>'
        '<footer class="wp-block-template-part"><p>ขับเคลื่อนด้วย WordPress</p></footer></div></body></html>') % (
            escape(s["title"]), date, author, paragraphs(s["lines"]))
    items = "".join(
        '<li class="wp-block-post post-%d post type-post status-publish format-standard hentry category-x">'
        '<figure class="wp-block-post-featured-image"><a href="%s"><img class="attachment-post-thumbnail wp-post-image" src="/wp-content/%d.jpg"></a></figure>'
        '<h2 class="wp-block-post-title"><a href="%s" target="_self">%s</a></h2>'
        '<div class="wp-block-post-excerpt"><p class="wp-block-post-excerpt__excerpt">ข้อความย่อ</p></div>'
        '<div class="wp-block-post-date"><time datetime="%s">%s</time></div></li>' % (
            i, url, i, url, escape(title), iso, date)
        for i, (url, title, iso, date) in enumerate([
            (s["url"], s["title"], s["iso"] or "2019-01-03T09:00:00+07:00", s["date"] or "3 มกราคม 2562"),
            ("/?p=2", "ข่าวที่สอง", "2019-01-02T09:00:00+07:00", "2 มกราคม 2562")]))
    listing = HEAD % "เว็บไซต์" + (
        '<body class="home blog"><div class="wp-site-blocks"><main class="wp-block-group"><div class="wp-block-query">'
        '<ul class="wp-block-post-template">%s</ul></div></main></div></body></html>') % items
    return listing, article


def wp_newspaper(s):
    """Newspaper (tagDiv): td-post-header, td-post-content, td_module_wrap."""
    meta = '<div class="td-module-meta-info">%s%s<div class="td-post-views"><span class="td-nr-views-7">1,204</span></div></div>' % (
        '<div class="td-post-author-name"><div class="td-author-by">โดย</div> <a href="/author/x">%s</a><div class="td-author-line"> - </div></div>' % s["author"] if s["author"] else "",
        '<span class="td-post-date">%s</span>' % time_tag(s, "entry-date updated td-module-date") if s["iso"] else "")
    article = HEAD % escape(s["title"]) + (
        '<body class="post-template-default single single-post postid-7 td-standard-pack"><div id="td-outer-wrap">'
        '<div class="td-header-wrap"><div class="td-header-sp-logo"><a href="/">หนังสือพิมพ์</a></div></div>'
        '<article id="post-7" class="post-7 post type-post hentry td-container-wrap"><div class="td-post-header">'
        '<ul class="td-category"><li class="entry-category"><a href="/c">%s</a></li></ul><header class="td-post-title">'
        '<h1 class="entry-title">%s</h1>%s</header></div>'
        '<div class="td-post-sharing-top"><div class="td-post-sharing"><a class="td-social-sharing-button">Facebook</a></div></div>'
        '<div class="td-post-content tagdiv-type">%s</div>'
        '<footer><div class="td-post-source-tags"><ul class="td-tags"><li><span>TAGS</span></li><li><a href="/tag/a">แท็ก</a></li></ul></div></footer></article>'
        '<div class="td_block_wrap td_block_related_posts"><h4 class="td-related-title">บทความที่เกี่ยวข้อง</h4>'
        '<div class="td_module_related_posts td-animation-stack td_mod_related_posts"><h3 class="entry-title td-module-title"><a href="/1">ข่าวอื่น</a></h3></div></div>'
        '</div></body></html>') % (s["section"], escape(s["title"]), meta, paragraphs(s["lines"]))
    items = "".join(
        '<div class="td_module_10 td_module_wrap td-animation-stack"><div class="td-module-thumb"><a href="%s" rel="bookmark" class="td-image-wrap">'
        '<img class="entry-thumb" src="data:image/gif;base64,R0lG" data-src="/wp-content/%d.jpg"></a></div><div class="item-details">'
        '<h3 class="entry-title td-module-title"><a href="%s" rel="bookmark" title="x">%s</a></h3>'
        '<div class="td-module-meta-info"><span class="td-post-date"><time class="entry-date updated td-module-date" datetime="%s">%s</time></span></div>'
        '<div class="td-excerpt">ข้อความย่อ</div></div></div>' % (url, i, url, escape(title), iso, date)
        for i, (url, title, iso, date) in enumerate([
            (s["url"], s["title"], s["iso"] or "2019-01-03T09:00:00+07:00", s["date"] or "3 มกราคม 2562"),
            ("/?p=2", "ข่าวที่สอง", "2019-01-02T09:00:00+07:00", "2 มกราคม 2562")]))
    listing = HEAD % "หนังสือพิมพ์" + '<body class="archive category category-x"><div class="td-main-content">%s</div></body></html>' % items
    return listing, article


def wp_divi(s):
    """Divi: et_pb_title_container with "date | category", et_pb_post in a blog module."""
    lines = "".join("<p>%s</p>" % linked(l) for l in s["lines"])
    article = HEAD % escape(s["title"]) + (
        '<body class="post-template-default single single-post postid-7 et_pb_button_helper_class et-db"><div id="page-container">'
        '<header id="main-header"><div class="container logo_container"><a href="/"><img src="/logo.png" alt="image banner"></a></div></header>'
        '<div id="et-main-area"><div id="main-content"><article id="post-7" class="post-7 post type-post hentry et_pb_post">'
        '<div class="et_pb_section"><div class="et_pb_row"><div class="et_pb_module et_pb_post_title"><div class="et_pb_title_container">'
        '<h1 class="entry-title">%s</h1><p class="et_pb_title_meta_container"><span class="published">%s</span> | '
        '<a href="/category/x" rel="category tag">%s</a></p></div></div>'
        '<div class="entry-content"><div class="et_pb_text_inner">%s</div></div></div></div></article></div>'
        '<footer id="main-footer"><div id="footer-bottom">Copyright</div></footer></div></div></body></html>') % (
            escape(s["title"]), s["date"], s["section"], lines)
    items = "".join(
        '<article id="post-%d" class="et_pb_post clearfix et_pb_blog_item_0_%d post-%d post type-post hentry">'
        '<a href="%s" class="entry-featured-image-url"><img src="/%d.jpg"></a><h2 class="entry-title"><a href="%s">%s</a></h2>'
        '<p class="post-meta"><span class="published">%s</span> | <a href="/c" rel="tag">%s</a></p>'
        '<div class="post-content"><div class="post-content-inner"><p>ข้อความย่อ</p></div></div></article>' % (
            i, i, i, url, i, url, escape(title), date, s["section"])
        for i, (url, title, date) in enumerate([(s["url"], s["title"], s["date"]), ("/?p=2", "ข่าวที่สอง", "มกราคม 2, 2562")]))
    listing = HEAD % "กรม" + '<body class="page-template-default page page-id-3"><h1 class="entry-title main_title">ภาพข่าว</h1><div class="et_pb_blog_grid">%s</div></body></html>' % items
    return listing, article


def wp_elementor(s):
    """Elementor theme builder: theme-post-title, post-info, theme-post-content, posts widget."""
    article = HEAD % escape(s["title"]) + (
        '<body class="post-template-default single single-post elementor-default elementor-page"><div data-elementor-type="single-post" class="elementor elementor-9">'
        '<div class="elementor-element elementor-widget elementor-widget-theme-post-title elementor-page-title elementor-widget-heading"><div class="elementor-widget-container">'
        '<h1 class="elementor-heading-title elementor-size-default">%s</h1></div></div>'
        '<div class="elementor-widget elementor-widget-post-info"><ul class="elementor-inline-items elementor-post-info">'
        '<li class="elementor-icon-list-item" itemprop="datePublished"><a href="/d"><span class="elementor-icon-list-text elementor-post-info__item elementor-post-info__item--type-date">%s</span></a></li>'
        '%s</ul></div>'
        '<div class="elementor-element elementor-widget elementor-widget-theme-post-content"><div class="elementor-widget-container">%s</div></div>'
        '</div></body></html>') % (
            escape(s["title"]), s["date"],
            '<li class="elementor-icon-list-item" itemprop="author"><a href="/a"><span class="elementor-post-info__item elementor-post-info__item--type-author">%s</span></a></li>' % s["author"] if s["author"] else "",
            paragraphs(s["lines"]))
    items = "".join(
        '<article class="elementor-post elementor-grid-item post-%d post type-post hentry"><a class="elementor-post__thumbnail__link" href="%s"><img src="/%d.jpg"></a>'
        '<div class="elementor-post__text"><h3 class="elementor-post__title"><a href="%s">%s</a></h3>'
        '<div class="elementor-post__meta-data"><span class="elementor-post-date">%s</span></div>'
        '<div class="elementor-post__excerpt"><p>ข้อความย่อ</p></div></div></article>' % (i, url, i, url, escape(title), date)
        for i, (url, title, date) in enumerate([(s["url"], s["title"], s["date"]), ("/?p=2", "ข่าวที่สอง", "2 มกราคม 2562")]))
    listing = HEAD % "กรม" + '<body class="page elementor-page"><div class="elementor-posts-container">%s</div></body></html>' % items
    return listing, article


# ---- EWT: more_news.php and ewt_news.php of the template folder

def ewt_lines(lines):
    return "".join("<div>%s</div>\n" % linked(l) for l in lines)


def ewt_frame(title, body):
    return ('<html><head><title>%s</title><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'
            '<script language="javascript">function chk_comment(){ if (a=="" || b<c) return false; }</script></head>'
            '<body leftmargin="0" topmargin="0"><table id="ewt_main_structure" width="1000" border="0" cellpadding="0" cellspacing="0" align="center">'
            '<tr valign="top"><td id="ewt_main_structure_top" height="160" colspan="3"><DIV><img src="images/banner.jpg"></DIV></td></tr>'
            '<tr valign="top"><td id="ewt_main_structure_left" width="180"><DIV><table><tr><td><a href="ewt_news.php?nid=1">เกี่ยวกับเรา</a></td></tr>'
            '<tr><td><a href="ewt_news.php?nid=2">ติดต่อ</a></td></tr></table></DIV></td>'
            '<td id="ewt_main_structure_body" width="640" height="160" align="center">%s</td>'
            '<td id="ewt_main_structure_right" width="180"></td></tr>'
            '<tr valign="top"><td id="ewt_main_structure_bottom" colspan="3"></td></tr></table></body></html>') % (escape(title), body)


def ewt(s):
    """EWT: ewt_news.php with topic, date, count and vote shown; more_news.php."""
    head = ('<table width="99%%" border="0" cellpadding="5" cellspacing="0"><tr><td class="text_normal"><span style="FONT: 12px \'Tahoma\';">'
            '<a href="more_news.php?cid=4&filename=index">%s</a></span></td></tr>'
            '<tr><td class="text_head"><div style="FONT: 17px \'Tahoma\';">%s</div><hr size="1">'
            '<span style="FONT: 12px \'Tahoma\';">%s </span><span style="FONT: 12px \'Tahoma\';">(จำนวนคนอ่าน 0 คน)</span>'
            '<br><span style="FONT: 12px \'Tahoma\';"></span></td></tr></table>') % (s["section"], escape(s["title"]), s["date"])
    body = '<table width="100%%" border="0" cellpadding="5"><tr><td class="text_normal">%s</td></tr></table>' % ewt_lines(s["lines"])
    foot = ('<table width="90%" class="text_normal"><tr bgcolor="#CCCCCC"><td class="text_head">จำนวนคนอ่าน 0 คน</td>'
            '<td align="right" class="text_head">จำนวนคนโหวต 0 คน</td></tr></table><br/>'
            '<form name="form1" method="post" action=""><table><tr><td colspan="5">โหวตคะแนนให้ข่าว/บทความนี้</td></tr>'
            '<tr><td><input name="vote_status" type="radio" value="1"> 1</td></tr></table></form><div id="show_comment"></div>')
    rows = "".join(
        '<tr><td><table width="100%%"><tr><td width="5" valign="top"></td><td valign="top">'
        '<a href="%s" target="_self"><b><span class="text_head">%s</span></b></a> '
        '<div class="text_normal">%s </div><div class="text_normal">อ่าน  12   ครั้ง</div></td></tr></table></td></tr>' % (
            escape(url), escape(title), date)
        for url, title, date in [(s["url"], s["title"], s["date"].replace("วันที่ ", "")),
                                 ("ewt_news.php?nid=8&filename=index", "ข่าวที่สอง", "2 ม.ค. 2562")])
    listing = ewt_frame(s["section"], (
        '<table width="95%%" align="center" cellpadding="8"><tr><td class="text_normal"><div><hr size="1"></div>'
        '<span style="FONT: 17px \'Tahoma\';">%s</span></td></tr>%s<tr><td class="text_normal"><hr size="1">หน้า : '
        '<font color="blue">[1]</font> <a href=\'more_news.php?offset=20&cid=4&filename=index\'>2</a></td></tr></table>') % (s["section"], rows))
    return listing, ewt_frame(s["title"], head + body + foot)


def ewt_plain(s):
    """The older EWT of departments: no ids, everything in one cell with fonts and breaks."""
    text = "<br>\n".join(linked(l) for l in s["lines"])
    article = ('<html><head><title>%s</title></head><body><table><tr><td><a href="index.php">หน้าหลัก</a></td></tr><tr><td>'
               '<font size="2">%s</font><br><font size="4"><span class="text_head">%s</span></font><br>%s (จำนวนคนอ่าน 15 คน)<br><br>%s<br>'
               '<br>จำนวนคนอ่าน 15 คน จำนวนคนโหวต 0 คน</td></tr></table></body></html>') % (
                   escape(s["title"]), s["section"], escape(s["title"]), s["date"], text)
    rows = "".join('<li><a href="%s">%s</a> (%s)</li>' % (escape(url), escape(title), date)
                   for url, title, date in [(s["url"], s["title"], s["date"].replace("วันที่ ", "")),
                                            ("ewt_news.php?nid=8", "ข่าวที่สอง", "2 ม.ค. 2562")])
    return '<html><head><title>ข่าว</title></head><body><ul>%s</ul></body></html>' % rows, article


def ewt_table(s):
    """An EWT design with a row for each part and no classes at all."""
    text = "".join("<p>%s</p>" % linked(l) for l in s["lines"])
    article = ('<html><head><title>%s</title></head><body><div><a href="index.php">หน้าหลัก</a></div><table width="100%%">'
               '<tr><td>%s</td></tr><tr><td><b><font size="4">%s</font></b></td></tr>'
               '<tr><td>%s (จำนวนคนอ่าน 15 คน)</td></tr><tr><td>%s</td></tr>'
               '<tr><td>จำนวนคนอ่าน 15 คน จำนวนคนโหวต 0 คน</td></tr></table></body></html>') % (
                   escape(s["title"]), s["section"], escape(s["title"]), s["date"], text)
    rows = "".join('<tr><td><img src="mainpic/news_bullet.gif"></td><td><a href="%s">%s</a></td><td>%s</td></tr>' % (escape(url), escape(title), date)
                   for url, title, date in [(s["url"], s["title"], s["date"].replace("วันที่ ", "")),
                                            ("ewt_news.php?nid=8", "ข่าวที่สอง", "2 ม.ค. 2562")])
    return '<html><head><title>ข่าว</title></head><body><table>%s</table></body></html>' % rows, article


# ---- Joomla

def joomla4(s):
    """Joomla 4 and 5, cassiopeia: com_content article and category blog."""
    info = ('<dl class="article-info text-muted"><dt class="article-info-term">รายละเอียด</dt>%s'
            '<dd class="published"><span class="icon-calendar"></span><time datetime="%s">เผยแพร่: %s</time></dd>'
            '<dd class="hits"><span class="icon-eye"></span> ฮิต: 134</dd></dl>') % (
                '<dd class="createdby"><span class="icon-user"></span> เขียนโดย: <span>%s</span></dd>' % s["author"] if s["author"] else "",
                s["iso"], s["date"])
    article = HEAD % escape(s["title"]) + (
        '<body class="site com_content view-article"><header class="header container-header"><a class="brand-logo" href="/">เว็บ</a></header>'
        '<main><div class="com-content-article item-page"><meta itemprop="inLanguage" content="th-TH"><div class="page-header"><h1>%s</h1></div>%s'
        '<div class="com-content-article__body">%s</div></div></main></body></html>') % (escape(s["title"]), info, paragraphs(s["lines"]))
    items = "".join(
        '<div class="com-content-category-blog__item blog-item"><figure class="item-image"><img src="/images/%d.jpg"></figure>'
        '<div class="item-content"><div class="page-header"><h2><a href="%s">%s</a></h2></div>'
        '<dl class="article-info"><dd class="published"><time datetime="%s">เผยแพร่: %s</time></dd></dl><p>ข้อความย่อ</p></div></div>' % (
            i, url, escape(title), iso, date)
        for i, (url, title, iso, date) in enumerate([(s["url"], s["title"], s["iso"], s["date"]),
                                                     ("/index.php/2-b", "ข่าวที่สอง", "2019-01-02T09:00:00+07:00", "2 มกราคม 2562")]))
    return HEAD % "เว็บ" + '<body class="com_content view-category"><div class="com-content-category-blog blog"><div class="com-content-category-blog__items blog-items">%s</div></div></body></html>' % items, article


def joomla3(s):
    """Joomla 3, protostar: item-page with itemprop, blog with items-row."""
    article = HEAD % escape(s["title"]) + (
        '<body class="site com_content view-article"><div class="item-page" itemscope itemtype="https://schema.org/Article">'
        '<div class="page-header"><h2 itemprop="headline">%s</h2></div><div class="icons"><a href="#">พิมพ์</a></div>'
        '<dl class="article-info muted"><dt class="article-info-term">รายละเอียด</dt>%s'
        '<dd class="published"><span class="icon-calendar"></span><time datetime="%s" itemprop="datePublished">เผยแพร่เมื่อ: %s</time></dd></dl>'
        '<div itemprop="articleBody">%s</div><ul class="pager pagenav"><li><a href="/p">ก่อนหน้า</a></li></ul></div></body></html>') % (
            escape(s["title"]),
            '<dd class="createdby" itemprop="author" itemscope>เขียนโดย: <span itemprop="name">%s</span></dd>' % s["author"] if s["author"] else "",
            s["iso"], s["date"], paragraphs(s["lines"]))
    items = "".join(
        '<div class="items-row cols-1"><div class="span12"><div class="item column-1" itemprop="blogPost" itemscope><div class="page-header">'
        '<h2 itemprop="name"><a href="%s" itemprop="url">%s</a></h2></div><dl class="article-info"><dd class="published">'
        '<time datetime="%s" itemprop="datePublished">%s</time></dd></dl><p>ข้อความย่อ</p></div></div></div>' % (url, escape(title), iso, date)
        for url, title, iso, date in [(s["url"], s["title"], s["iso"], s["date"]), ("/2-b", "ข่าวที่สอง", "2019-01-02", "2 มกราคม 2562")])
    return HEAD % "เว็บ" + '<body><div class="blog" itemscope>%s</div></body></html>' % items, article


def joomla15(s):
    """Joomla 1.5: tables contentpaneopen, category list with sectiontableentry."""
    article = HEAD % escape(s["title"]) + (
        '<body><table class="contentpaneopen"><tr><td class="contentheading" width="100%%">%s</td>'
        '<td class="buttonheading"><a href="#">PDF</a></td></tr></table><table class="contentpaneopen">%s'
        '<tr><td valign="top" class="createdate">%s</td></tr><tr><td valign="top">%s</td></tr></table></body></html>') % (
            escape(s["title"]),
            '<tr><td><span class="small">เขียนโดย %s</span></td></tr>' % s["author"] if s["author"] else "",
            s["date"], paragraphs(s["lines"]))
    rows = "".join(
        '<tr class="sectiontableentry%d"><td align="right">%d</td><td><a href="%s">%s</a></td><td>%s</td><td align="center">88</td></tr>' % (
            i % 2 + 1, i + 1, url, escape(title), date)
        for i, (url, title, date) in enumerate([(s["url"], s["title"], s["date"]), ("/index.php?id=2", "ข่าวที่สอง", "2 มกราคม 2562")]))
    return HEAD % "เว็บ" + '<body><form action="x"><table>%s</table></form></body></html>' % rows, article


# ---- Drupal

def drupal7(s):
    """Drupal 7, bartik: node.tpl.php, views-view-unformatted."""
    article = HEAD % escape(s["title"]) + (
        '<body class="html not-front node-type-article page-node-5"><div id="page"><div id="main"><h1 class="title" id="page-title">%s</h1>'
        '<div class="region region-content"><div id="node-5" class="node node-article node-promoted clearfix"><div class="meta submitted">'
        'เสนอโดย <span class="username">%s</span> เมื่อ %s</div><div class="content clearfix"><div class="field field-name-body field-type-text-with-summary field-label-hidden">'
        '<div class="field-items"><div class="field-item even" property="content:encoded">%s</div></div></div></div>'
        '<div class="link-wrapper"><ul class="links inline"><li class="statistics_counter"><span>12 ครั้ง</span></li></ul></div></div></div></div></div></body></html>') % (
            escape(s["title"]), s["author"] or "admin", s["date"], paragraphs(s["lines"]))
    items = "".join(
        '<div class="views-row views-row-%d"><div class="views-field views-field-title"><span class="field-content"><a href="%s">%s</a></span></div>'
        '<div class="views-field views-field-created"><span class="field-content">%s</span></div>'
        '<div class="views-field views-field-body"><div class="field-content">ข้อความย่อ</div></div></div>' % (i, url, escape(title), date)
        for i, (url, title, date) in enumerate([(s["url"], s["title"], s["date"]), ("/node/2", "ข่าวที่สอง", "2 มกราคม 2562")]))
    return HEAD % "เว็บ" + '<body class="page-news"><div class="view view-news"><div class="view-content">%s</div></div></body></html>' % items, article


def drupal10(s):
    """Drupal 8 to 10, classy and olivero: node.html.twig, views-view-unformatted.html.twig."""
    article = HEAD % escape(s["title"]) + (
        '<body class="path-node page-node-type-article"><main role="main"><h1 class="title page-title"><span class="field field--name-title">%s</span></h1>'
        '<article data-history-node-id="5" class="node node--type-article node--view-mode-full"><div class="node__meta">'
        '<span class="field field--name-uid"><a class="username" href="/user/1">%s</a></span> <span class="field field--name-created"><time datetime="%s">%s</time></span></div>'
        '<div class="node__content"><div class="clearfix text-formatted field field--name-body field--type-text-with-summary field__item">%s</div></div></article></main></body></html>') % (
            escape(s["title"]), s["author"] or "admin", s["iso"], s["date"], paragraphs(s["lines"]))
    items = "".join(
        '<div class="views-row"><article class="node node--type-article node--view-mode-teaser"><h2 class="node__title"><a href="%s" rel="bookmark">%s</a></h2>'
        '<div class="node__meta"><time datetime="%s">%s</time></div><div class="node__content"><div class="field--name-body">ข้อความย่อ</div></div></article></div>' % (
            url, escape(title), iso, date)
        for url, title, iso, date in [(s["url"], s["title"], s["iso"], s["date"]), ("/node/2", "ข่าวที่สอง", "2019-01-02", "2 มกราคม 2562")])
    return HEAD % "เว็บ" + '<body class="path-frontpage"><div class="view-content">%s</div></body></html>' % items, article


# ---- PRD's CMS, by the classes that a public reader of its lists names

def prd(s):
    """PRD CMS: inforow with detail-title, image-date, detail-intro."""
    article = HEAD % escape(s["title"]) + (
        '<body><header><h1>สำนักงานประชาสัมพันธ์จังหวัด</h1></header><div class="content-category-detail"><h2 class="content-title">%s</h2>'
        '<div class="content-date">%s</div><div class="pageview">ผู้ชม 88</div><div class="content-detail">%s</div></div></body></html>') % (
            escape(s["title"]), s["date"], paragraphs(s["lines"]))
    items = "".join(
        '<div class="inforow row"><div class="image col-4"><a href="%s"><img src="/th/file/get/file/%d.jpg"></a><div class="image-date">%s</div></div>'
        '<div class="detail col-8"><div class="detail-title"><a href="%s">%s</a></div><div class="detail-intro">ข้อความย่อ</div></div></div>' % (
            url, i, date, url, escape(title))
        for i, (url, title, date) in enumerate([(s["url"], s["title"], s["date"]), ("/th/content/category/detail/id/9/iid/2", "ข่าวที่สอง", "2 มกราคม 2562")]))
    return HEAD % "สปชส." + '<body><header><h1>สำนักงานประชาสัมพันธ์จังหวัด</h1></header><div class="content-category">%s</div></body></html>' % items, article


# ---- a home-made site

def home_made_rules():
    """The example of docs/pages.md: it is tried as it stands there."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "../../docs/pages.md"), encoding="utf-8") as f:
        return f.read().split("```yaml\n")[-1].split("```")[0]


def home_made(s):
    """A PHP site of a provincial office with a Disqus box: rules of its own."""
    article = HEAD % (escape(s["title"]) + "เว็บไซต์จังหวัด") + (
        '<body><div id="header"><img src="logo.png" alt="ภาพ logo website"></div><div id="content"><h2>%s</h2>'
        '<div class="by">ผู้เขียน:  %s</div><div class="mod">ปรับปรุงเนื้อหาสุดเมื่อ%s</div><div class="hit"> อ่าน 2,966</div>'
        '<div class="text">%s</div></div></body></html>') % (escape(s["title"]), s["by"], s["date"], paragraphs(s["lines"]))
    listing = HEAD % "เว็บไซต์จังหวัด" + (
        '<body><div id="news"><ul><li><a href="%s">%s</a> <span class="date">%s</span></li>'
        '<li><a href="news.php?id=2">ข่าวที่สอง</a> <span class="date">2 มกราคม 2562</span></li></ul></div></body></html>') % (
            s["url"], escape(s["title"]), s["date"])
    return listing, article


VARIANTS = [("wordpress", wp_twentytwelve), ("wordpress", wp_kubrick), ("wordpress", wp_block),
            ("wordpress", wp_newspaper), ("wordpress", wp_divi), ("wordpress", wp_elementor),
            ("ewt", ewt), ("ewt", ewt_plain), ("ewt", ewt_table),
            ("joomla", joomla4), ("joomla", joomla3), ("joomla", joomla15),
            ("drupal", drupal7), ("drupal", drupal10), ("prd", prd)]
