// Each page in a browser: axe-core's rules in light and dark and in English, no sideways
// scrolling at 320 px, the first Tab at the skip link, no request to anywhere else. With a
// folder, screenshots come to it. Started by pages_a11y.py, which says on stdin what to do.
'use strict';
const fs = require('fs');
const puppeteer = require('puppeteer-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let checks = 0, failed = 0;
function check(holds, ...what) {
	checks++;
	if (!holds) {
		failed++;
		console.log('FAILED:', ...what);
	}
}

async function rules(page, name) {
	const out = await page.evaluate(`${axe}; axe.run(document, {resultTypes: ['violations', 'incomplete']})`);
	for (const v of out.violations) {
		const where = v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ');
		if (v.impact === 'serious' || v.impact === 'critical')
			check(false, name, v.id, v.impact, where, v.help);
		else
			console.log('note:', name, v.id, v.impact, where);
	}
	check(out.passes.length > 10, name, 'axe looked at little:', out.passes.length, 'rules');
}

async function look(browser, name, url, view) {
	const page = await browser.newPage();
	const elsewhere = [], errors = [], label = `${name} ${view.name}`;
	const origin = new URL(url).origin;

	await page.setBypassCSP(true); // for axe alone; the page has nothing that would run
	page.on('request', r => { if (new URL(r.url()).origin !== origin) elsewhere.push(r.url()); });
	page.on('console', m => { if (m.type() === 'error' && !/40[04]|410/.test(m.text())) errors.push(m.text()); });
	await page.setViewport({width: view.width, height: 800});
	await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: view.scheme || 'light'}]);
	await page.goto(url + (view.hash || ''), {waitUntil: 'load'});
	const size = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth, document.scripts.length]);
	check(size[0] <= size[1], label, 'scrolls sideways:', size[0], '>', size[1]);
	check(size[2] === 0, label, 'has scripts');
	const visible = await page.evaluate(() => [...document.querySelectorAll('.th, .en')]
		.filter(e => e.getClientRects().length > 0).map(e => e.classList.contains('en')));
	check(visible.every(en => en === Boolean(view.hash)), label, 'shows both languages');
	if (view.width > 320)
		await rules(page, label);
	if (name !== 'embed' && !view.hash) {
		await page.keyboard.press('Tab');
		check(await page.evaluate(() => document.activeElement.classList.contains('skip')), label, 'first Tab');
	}
	check(elsewhere.length === 0, label, 'asks elsewhere', elsewhere);
	check(errors.length === 0, label, errors);
	await page.close();
}

// The second language stays on the way through the pages.
async function walk(browser, pages) {
	const page = await browser.newPage();

	await page.goto(pages.index, {waitUntil: 'load'});
	const shown = sel => page.evaluate(s => [...document.querySelectorAll(s)].some(e => e.getClientRects().length > 0), sel);
	await page.click('.lang a.th');
	check(await shown('h2 .en') && !await shown('h2 .th'), 'the switch');
	await page.click('nav a.en[href="#en-province"]');
	check(await shown('h2 .en') && !await shown('h2 .th'), 'a section in English');
	await Promise.all([page.waitForNavigation(), page.click('svg a.en[href^="province/phuket"]')]);
	check(page.url().endsWith('province/phuket.html#en') && await shown('h1 .en'), 'a tile in English', page.url());
	await Promise.all([page.waitForNavigation(), page.click('.site a.en')]);
	check(page.url().endsWith('index.html#en'), 'back in English', page.url());
	await page.click('.lang a.en');
	check(await shown('h2 .th') && !await shown('h2 .en'), 'the switch back');
	await page.close();
}

async function shoot(browser, pages, folder) {
	const shots = [
		['index-desktop', pages.index, 1100, 860, 'light'], ['index-phone', pages.index, 390, 844, 'light'],
		['index-dark', pages.index, 1100, 860, 'dark'], ['index-english', pages.index + '#en', 1100, 860, 'light'],
		['province-desktop', pages.province, 1100, 860, 'light'], ['province-phone', pages.province, 390, 844, 'light'],
		['province-dark', pages.province, 390, 844, 'dark'], ['province-print', pages.province, 794, 1123, 'print'],
		['index-print', pages.index, 794, 1123, 'print'],
		['story-desktop', pages.story, 1100, 1000, 'light'], ['story-phone', pages.story, 390, 1400, 'light'],
		['story-dark', pages.story, 1100, 1000, 'dark'], ['story-print', pages.story, 794, 1123, 'print'],
		['embed', pages.embed, 420, 420, 'light'],
		['search-desktop', pages.search, 1100, 860, 'light'], ['status-desktop', pages.status, 1100, 860, 'light'],
		['search-phone', pages.search, 390, 844, 'light'], ['status-phone', pages.status, 390, 844, 'light']];

	for (const [name, url, width, height, how] of shots) {
		if (!url)
			continue;
		const page = await browser.newPage();
		await page.setViewport({width, height});
		await page.emulateMediaType(how === 'print' ? 'print' : 'screen'); // forgets the features
		await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: how === 'dark' ? 'dark' : 'light'}]);
		await page.goto(url, {waitUntil: 'load'});
		await page.screenshot({path: `${folder}/${name}.png`});
		await page.close();
	}
}

(async () => {
	const job = JSON.parse(fs.readFileSync(0, 'utf8'));
	const browser = await puppeteer.launch({executablePath: job.chromium, userDataDir: job.profile,
		args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
			'--host-resolver-rules=MAP * 127.0.0.1'] });

	try {
		const views = [{name: 'desktop', width: 1200}, {name: 'dark', width: 1200, scheme: 'dark'},
			{name: 'English', width: 1200, hash: '#en'}, {name: '320 px', width: 320},
			{name: '320 px English', width: 320, hash: '#en'}];
		for (const [name, url] of Object.entries(job.pages))
			for (const view of views)
				if (name !== 'embed' || !view.hash)
					await look(browser, name, url, view);
		await walk(browser, job.pages);
		if (job.shots)
			await shoot(browser, job.pages, job.shots);
	} finally {
		await browser.close();
	}
	console.log(`${checks} checks, ${failed} failed`);
	process.exitCode = failed > 0 ? 1 : 0;
})();
