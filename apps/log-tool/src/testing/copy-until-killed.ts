/** Copies a folder's log into another's until somebody kills it, and prints how many events are there, one line a group. */
import { openEmbeddedEventStore } from '@action-do/event-store';
import { copyLog } from '../copy-log.js';
import { sourceOf } from '../log-source.js';

const [from = '', to = ''] = process.argv.slice(2);
const source = await sourceOf(await openEmbeddedEventStore({ folder: from }), from);
const target = await openEmbeddedEventStore({ folder: to });
const tell = (phase: string, done: number): void => void process.stdout.write(`${phase} ${done}\n`);
await copyLog(source, target, { tell, appendsMax: 64, signal: new AbortController().signal });
