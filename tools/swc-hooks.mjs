/**
 * Loader hooks that let Node run the TypeScript sources: sources import './x.js' (what tsc will emit), so a relative
 * '.js' asked for by a '.ts' file means its '.ts' neighbour. Same compiler options as the tests, so both run the same code.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';
import { swc } from '../jest.preset.mjs';

// Behind a file that is loaded anew stands its version: `?v=2`.
const isTypeScript = (url) => /^file:[^?#]*\.m?ts(?:[?#]|$)/.test(url ?? '');

export async function resolve(specifier, context, nextResolve) {
  const meansNeighbour = isTypeScript(context.parentURL) && /^\.{1,2}\/.*\.js$/.test(specifier);
  if (!meansNeighbour) return nextResolve(specifier, context);
  try {
    return await nextResolve(specifier.replace(/\.js$/, '.ts'), context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return nextResolve(specifier, context);
  }
}

export async function load(url, context, nextLoad) {
  if (!isTypeScript(url)) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { ...swc, filename });
  return { format: 'module', source: code, shortCircuit: true };
}
