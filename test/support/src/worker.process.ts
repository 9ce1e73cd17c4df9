import { isActionDefinition, serveActions } from '@do-sdk/actions';

/** A worker as a user has one: `node worker.process.js <module of actions>…`, with DO_NATS_URL and DO_API_KEY set. */
const modules = await Promise.all(process.argv.slice(2).map((path) => import(path)));
const definitions = modules.flatMap((exported) => Object.values(exported).flat()).filter(isActionDefinition);
const worker = await serveActions([...new Set(definitions)], { concurrency: 1_024 });
process.stdout.write('worker ready\n');
await worker.closed;
