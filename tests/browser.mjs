// Opens pages in Chromium and does what is asked of it: {pages: [{file, options, steps}]} on standard input gives, on
// standard output, for each page what its steps came to and what it asked for or complained about.
//     node browser.mjs PLAYWRIGHT-CORE CHROMIUM
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [library, program] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)(library);

let input = "";
for await (const piece of process.stdin) input += piece;

const doing = {
  evaluate: (page, script) => page.evaluate(script),
  hover: (page, selector) => page.locator(selector).first().hover(),
  click: (page, selector) => page.locator(selector).first().click(),
  focus: (page, selector) => page.locator(selector).first().focus(),
  press: (page, key) => page.keyboard.press(key),
  choose: (page, [selector, value]) => page.locator(selector).selectOption(value),
  media: (page, media) => page.emulateMedia(media),
  picture: async (page, path) => void (await page.screenshot({ path })),
  pdf: async (page) => (await page.pdf()).length,
};

// The sandbox of Chromium needs rights that a container does not give; the pages are shut in by their own policy.
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu"] });
const told = [];
for (const { file, options, steps } of JSON.parse(input).pages) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  const page = await context.newPage();
  const found = { results: [], requests: [], received: [], complaints: [] };
  const short = (request) => request.url().replace(/^file:.*\//, "file:");
  page.on("request", (request) => found.requests.push(short(request)));
  page.on("requestfinished", (request) => found.received.push(short(request)));
  page.on("console", (message) => found.complaints.push(message.text()));
  page.on("pageerror", (error) => found.complaints.push(error.message));
  page.on("dialog", async (dialog) => {
    found.complaints.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.goto(pathToFileURL(file).href);
  for (const [name, argument] of steps) found.results.push((await doing[name](page, argument)) ?? null);
  told.push(found);
  await context.close();
}
await browser.close();
console.log(JSON.stringify(told));
