import { randomBytes } from 'node:crypto';
import { access, chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mail } from './compose-mail.js';

/** A folder that stands in for a mail server: one file a mail, named by the effect key. */
export interface MailDrop {
  readonly folder: string;
  has(key: string): Promise<boolean>;
  put(key: string, mail: Mail, signal: AbortSignal): Promise<void>;
}

/**
 * Invariants: D1 under its final name a mail is whole and on disk, whenever the process dies: it is written beside,
 * flushed, and then renamed. D2 a key has one file however often it is put. D3 mails are about people: only our own
 * account may read them.
 * @param folder absolute; made when the first mail is put
 */
export function mailDrop(folder: string): MailDrop {
  const fileOf = (key: string) => join(folder, `${key}.eml`);
  return {
    folder,
    has: (key) =>
      access(fileOf(key)).then(
        () => true,
        () => false,
      ),
    put: async (key, { raw }, signal) => {
      await makeOwnFolder(folder);
      // A name of its own for each try: a slow earlier attempt may still be writing its own.
      const beside = join(folder, `.${key}.${randomBytes(6).toString('hex')}.tmp`);
      try {
        await writeDurably(beside, raw, signal);
        signal.throwIfAborted();
        await rename(beside, fileOf(key));
      } catch (cause) {
        await rm(beside, { force: true });
        throw cause;
      }
      await flush(folder);
    },
  };
}

/** One that is there already is closed to others too, if it is ours to close. */
async function makeOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await stat(folder);
  if (uid === process.geteuid?.()) await chmod(folder, 0o700);
}

async function writeDurably(path: string, content: Buffer, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content, { signal });
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename is durable once the folder is. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
