#!/usr/bin/env node
/** What the page uses of the `nats` command: `nats sub SUBJECT --queue Q --dump=-` and `nats pub SUBJECT BODY -H K:V`. */
import { connect, headers as makeHeaders } from 'nats';

const [verb, ...rest] = process.argv.slice(2);
const flags = { '--queue': '', '-H': '' };
const words = [];
for (let at = 0; at < rest.length; at++)
  if (rest[at] in flags) flags[rest[at]] = rest[++at];
  else if (rest[at] !== '--dump=-') words.push(rest[at]);
const nc = await connect({ servers: process.env.NATS_URL });
const [subject, body = ''] = words;

if (verb === 'pub') {
  const headers = makeHeaders();
  const [, name = '', value = ''] = /^([^:]*):(.*)$/.exec(flags['-H']) ?? [];
  if (name !== '') headers.set(name, value);
  nc.publish(subject, body, name === '' ? {} : { headers });
  await nc.drain();
} else if (verb === 'sub') {
  for await (const message of nc.subscribe(subject, { queue: flags['--queue'] })) {
    const names = message.headers?.keys() ?? [];
    const Header = Object.fromEntries(names.map((name) => [name, message.headers.values(name)]));
    const Data = Buffer.from(message.data).toString('base64');
    process.stdout.write(
      `${JSON.stringify({ Subject: message.subject, Reply: message.reply, Header, Data, Sub: null })}\0`,
    );
  }
} else throw new Error(`this stand-in has no nats ${verb}`);
