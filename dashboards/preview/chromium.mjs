import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A PNG of a page, once its title is `ready`: its height at this width, or the upper part of it. */
export async function capture(chromium, url, width, most = Infinity) {
  const profile = mkdtempSync(join(tmpdir(), 'dashboards-preview-'));
  const browser = spawn(
    chromium,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
    ],
    // A group of its own, so that what it has started ends with it.
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  try {
    const call = await connect(await debuggerAddress(browser));
    const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
    const page = (method, parameters) => call(method, parameters, sessionId);
    const value = async (expression) =>
      (await page('Runtime.evaluate', { expression, returnByValue: true })).result.value;
    await page('Emulation.setDeviceMetricsOverride', {
      width,
      height: 1000,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await page('Page.navigate', { url });
    for (let title = ''; title !== 'ready'; title = await value('document.title')) {
      if (title.startsWith('error')) throw new Error(title);
      await pause(200);
    }
    const height = Math.min(most, await value('document.documentElement.scrollHeight'));
    const clip = { x: 0, y: 0, width, height, scale: 1 };
    const { data } = await page('Page.captureScreenshot', {
      format: 'png',
      clip,
      captureBeyondViewport: true,
    });
    return Buffer.from(data, 'base64');
  } finally {
    const gone = new Promise((resolve) => browser.once('exit', resolve));
    killGroup(browser.pid);
    await gone;
    browser.stderr.destroy();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** Nothing of a picture is worth saving, and a renderer that is asked to end may stay. */
function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function debuggerAddress(browser) {
  let said = '';
  for await (const chunk of browser.stderr) {
    said += chunk;
    const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (address) return address;
  }
  throw new Error(`Chromium did not start: ${said}`);
}

/** A function that calls a method of the DevTools protocol. */
async function connect(address) {
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`no connection to ${address}`));
  });
  const waiting = new Map();
  socket.onmessage = ({ data }) => {
    const { id, result, error } = JSON.parse(data);
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  };
  let last = 0;
  return (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params, sessionId }));
    });
}
