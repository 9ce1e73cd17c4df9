import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 5;

/** Waits until the named file exists: lets a test decide when a handler ends. @throws the reason of `signal` */
export async function gate(file: string | undefined, signal?: AbortSignal): Promise<void> {
  while (file !== undefined && !existsSync(file)) {
    signal?.throwIfAborted();
    await delay(LOOK_EVERY_MS);
  }
}
