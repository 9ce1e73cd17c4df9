import { once } from 'node:events';
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** @param version of the file as it is now; 0: as it was when the process began */
export const importVersion = (file: string, version: number): Promise<Record<string, unknown>> =>
  import(`${pathToFileURL(file).href}${version === 0 ? '' : `?v=${version}`}`);

const { cache } = createRequire(import.meta.url);

/** Whether Node holds a file as CommonJS, of which it loads one once, whatever its URL. */
export const isCommonJs = (file: string): boolean => file in cache;

/**
 * Has files loaded anew that were loaded before. Nothing that was loaded is ever given back: code that runs goes on as it is.
 * Costs a thread, so only from the first change on.
 */
export class FreshImports {
  private readonly versions = new Map<string, number>();
  private port: MessagePort | null = null;

  /** @param folder where the hooks are; default: beside this, bundled or not */
  constructor(private readonly folder: URL = new URL('./', import.meta.url)) {}

  /** Whoever imports one of the files from now on gets what is in it now. */
  async renew(files: Iterable<string>, version: number): Promise<void> {
    for (const file of files) this.versions.set(pathToFileURL(file).href, version);
    this.port ??= this.hookIn();
    // It keeps the process only while an answer is waited for.
    this.port.ref();
    const heard = once(this.port, 'message');
    this.port.postMessage([...this.versions]);
    await heard;
    this.port.unref();
  }

  private hookIn(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    register('./fresh-imports.hooks.js', {
      parentURL: this.folder.href,
      data: { port: port2 },
      transferList: [port2],
    });
    return port1;
  }
}
