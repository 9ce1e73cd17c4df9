// node call.js: calls the action as a program of yours would. Run it twice: nothing is done twice.
import { readFileSync } from 'node:fs';
import { Do } from '@do-sdk/core';

const key = process.env.DO_API_KEY ?? readFileSync(new URL('data/api-key', import.meta.url), 'utf8').trim();
const d = new Do(key); // the platform of this machine, or that of DO_BASE_URL

const { result, error, execution } = await d.action.execute({
  name: 'reserve-seat',
  params: { seat: '7', guest: 'ada' },
});

if (error) console.log(error.code, error.detail, error.hint);
else console.log(result, execution.status, { replayed: execution.replayed });
