/**
 * In the thread of Node's loader hooks: gives files that changed another URL, for a module is loaded once for each. Told
 * which, and of which version, over a port; what it was not told of keeps the URL, and so the state, that it has.
 */
import type { ResolveHook } from 'node:module';
import type { MessagePort } from 'node:worker_threads';

/** URL of a file → its version. */
let versions: ReadonlyMap<string, number> = new Map();

export function initialize({ port }: { readonly port: MessagePort }): void {
  port.on('message', (told: readonly (readonly [string, number])[]) => {
    versions = new Map(told);
    port.postMessage('heard');
  });
}

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const found = await nextResolve(specifier, context);
  // A query of the author's own makes another module of the file, not another file.
  const version = versions.get(found.url.replace(/[?#].*$/, ''));
  if (version === undefined) return found;
  const url = new URL(found.url);
  if (url.searchParams.has('v', String(version))) return found;
  url.search += `${url.search === '' ? '?' : '&'}v=${version}`;
  return { ...found, url: url.href };
};
