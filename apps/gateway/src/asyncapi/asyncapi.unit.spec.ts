import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HEADERS, handlerPatterns, queryPatterns, subjectPatterns } from '@action-do/contracts';
import { Ajv } from 'ajv';
import { asyncApiDocument } from './asyncapi-document.js';

const document = JSON.parse(JSON.stringify(asyncApiDocument()));

interface Channel {
  readonly address: string | null;
  readonly parameters?: object;
  readonly messages: Record<
    string,
    { headers: { properties: object; required?: string[] }; payload: { $ref: string } }
  >;
}
const channels: [string, Channel][] = Object.entries(document.channels);
const addresses = channels.flatMap(([, { address }]) => address ?? []);

function* refsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value))
    if (key === '$ref' && typeof member === 'string') yield member;
    else yield* refsIn(member);
}

describe('the AsyncAPI document', () => {
  it('is valid by the schema that the AsyncAPI initiative publishes', () => {
    const path = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')));
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(validate({ ...document, operations: { x: { action: 'shout' } } })).toBe(false);
  });

  it('refers only to what is in it', () => {
    const refs = [...refsIn(document)];
    for (const one of refs) {
      const target = one
        .slice(2)
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
      expect([one, typeof target]).toEqual([one, 'object']);
    }
    expect(refs.length).toBeGreaterThan(80);
  });

  it('has every subject on which clients are heard and whoever performs is asked, and no other', () => {
    const open = Object.values({ ...subjectPatterns, ...queryPatterns }).filter((subject) =>
      /^do\.v1\.(cmd|qry)\./.test(subject),
    );
    const handlers = Object.values(handlerPatterns('*'));
    const patterns = addresses.map((address) => address.replace(/v?\{\w+\}/g, '*'));
    expect([...patterns].sort()).toEqual([...open, ...handlers, subjectPatterns.heartbeat].sort());
    expect(addresses).toContain('do.v1.handler.{tenant}.{action}.v{version}.run');
    expect(addresses).toContain('do.v1.cmd.{tenant}.action.{action}.execute');
  });

  it('says of each part of a subject what it is', () => {
    for (const [name, { address, parameters = {} }] of channels)
      expect([name, Object.keys(parameters)]).toEqual([
        name,
        [...(address ?? '').matchAll(/\{(\w+)\}/g)].map(([, hole]) => hole),
      ]);
  });

  it('wants a key wherever a client asks, and says of an error what tells it', () => {
    for (const [name, { address, messages }] of channels) {
      const { required = [] } = { ...messages['request']?.headers };
      const asks = /^do\.v1\.(cmd|qry)\./.test(address ?? '');
      expect([name, required.includes(HEADERS.authorization)]).toEqual([name, asks]);
      for (const kind of ['problem', 'failure'])
        if (messages[kind] !== undefined)
          expect(messages[kind].headers.required).toEqual([HEADERS.errorCode]);
    }
  });
});
