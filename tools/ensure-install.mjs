/**
 * Installs the workspace's dependencies when they are missing or out of date, so that `npm start` and `npm test` work
 * straight after `git clone`. Uses nothing but Node: it runs before anything is installed.
 *
 * I1 node_modules/.package-lock.json is the last file npm writes. It is removed before npm starts, so an install that
 *    was killed half-way never looks complete.
 * I2 One npm at a time: the lock file holds the process id of the npm that runs. Whoever finds it taken waits for that
 *    process; a lock whose process is gone is free.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = `${root}package-lock.json`;
const installed = `${root}node_modules/.package-lock.json`;
const lockFile = `${root}.nx/install.lock`;
const waitMs = 10 * 60_000;

export async function ensureInstalled() {
  requireNode();
  if (reasonToInstall() === undefined) return;
  await takeLock();
  const reason = reasonToInstall(); // Somebody else may have installed while this process waited.
  const done = reason === undefined || (await install(reason));
  rmSync(lockFile, { force: true });
  if (!done) giveUp('npm ci failed, for the reason above. Nothing was started.');
}

function giveUp(message) {
  console.error(message);
  process.exit(1);
}

function requireNode() {
  const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const [major, minor] = engines.node.match(/\d+/g).map(Number);
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  giveUp(
    `action.do needs Node ${major}.${minor} or newer; this is ${process.version} (${process.execPath}).`,
  );
}

/** @returns {string | undefined} */
function reasonToInstall() {
  const modifiedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  const installedMs = modifiedMs(installed);
  if (installedMs === undefined) return 'node_modules is missing or incomplete';
  return installedMs < modifiedMs(wanted) ? 'package-lock.json is newer than node_modules' : undefined;
}

/** @returns {Promise<boolean>} whether npm ended well; its output goes straight to the terminal. */
function install(reason) {
  console.error(`Installing dependencies: ${reason}.`);
  rmSync(installed, { force: true });
  // With NODE_ENV=production npm would leave out the compiler, which `npm start` needs.
  const npm = spawn('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32', // There npm is a .cmd file, which only a shell can start.
  });
  if (npm.pid !== undefined) writeFileSync(lockFile, String(npm.pid));
  return new Promise((resolve) => {
    npm.once('exit', (code) => resolve(code === 0));
    npm.once('error', (error) => {
      console.error(`npm could not be started: ${error.message}`);
      resolve(false);
    });
  });
}

async function takeLock() {
  mkdirSync(`${root}.nx`, { recursive: true });
  const deadline = Date.now() + waitMs;
  for (let told = false; ; told = true) {
    try {
      return writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!ownerIsAlive()) rmSync(lockFile, { force: true });
    else if (Date.now() > deadline) giveUp(`Another install has held ${lockFile} for ten minutes.`);
    else if (!told) console.error('Another process is installing dependencies; waiting for it.');
    await sleep(200);
  }
}

function ownerIsAlive() {
  try {
    process.kill(Number(readFileSync(lockFile, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
