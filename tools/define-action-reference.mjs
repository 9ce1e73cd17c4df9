/**
 * Builds docs/reference/define-action.md out of libs/action-kit.
 * `node tools/define-action-reference.mjs` writes it; with `--check` it writes nothing and fails if the page is not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { referenceOf, SOURCES } from './reference/define-action.mjs';
import './swc-register.mjs';

const at = (path) => new URL(`../${path}`, import.meta.url);
const page = at('docs/reference/define-action.md');

const { defineAction } = await import(at('libs/action-kit/src/define-action.ts').href);
const { z } = await import(at('node_modules/zod/index.js').href);
const sources = Object.fromEntries(
  SOURCES.map((name) => [name, readFileSync(at(`libs/action-kit/src/${name}`), 'utf8')]),
);
const text = referenceOf(sources, { defineAction, z });
if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/reference/define-action.md is out of date: node tools/define-action-reference.mjs');
  process.exitCode = 1;
}
