import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ActionDefinition, isActionDefinition } from '@do-sdk/actions';
import all from './all.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const pageOf = (name: string): string => readFileSync(`${folder}${name}/README.md`, 'utf8');
const catalogue = readFileSync(`${folder}README.md`, 'utf8');
const NAMES = [
  'assign-to-sales-rep',
  'charge-card',
  'create-user-record',
  'enrich-user-profile',
  'send-invoice',
  'send-welcome-email',
  'setup-billing-account',
  'update-crm-record',
  'verify-user-identity',
];

/** As `npm start -- --actions examples/NAME/…` finds it. */
async function load(name: string): Promise<ActionDefinition> {
  const at = name === 'send-welcome-email' ? './send-welcome-email/src/index.js' : `./${name}/index.js`;
  const exported: Record<string, unknown> = await import(at);
  const found = Object.values(exported).filter(isActionDefinition);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('the catalogue of sample actions', () => {
  // Of the one who runs this: it decides which of two actions send-welcome-email is.
  beforeAll(() => {
    delete process.env['SMTP_URL'];
  });

  it('has nine folders, and all.ts the eight of this package', () => {
    const folders = readdirSync(folder, { withFileTypes: true })
      .filter(
        (entry) => entry.isDirectory() && !/^(dist|out-tsc|node_modules|outside-world)$/.test(entry.name),
      )
      .map(({ name }) => name);
    expect(folders.sort()).toEqual(NAMES);
    expect(all.map(({ name }) => name).sort()).toEqual(NAMES.filter((name) => name !== 'send-welcome-email'));
  });

  it.each(NAMES)('names %s as it is: its class, and params in its page that it takes', async (name) => {
    const action = await load(name);
    expect(action).toMatchObject({ name, version: 1 });
    expect(action.description).not.toBe('');
    // The row of the table: | [name](name) | class | … |
    const row = new RegExp(
      `^\\| \\[${name}\\]\\(${name}\\) +\\| \`(\\w+)\`(?:, over SMTP \`unsafe\`)? +\\| `,
      'm',
    );
    expect(row.exec(catalogue)?.[1]).toBe(action.policy.effects);
    const page = pageOf(name);
    expect(page).toContain(`effects: '${action.policy.effects}'`);
    const calls = [...page.matchAll(/ado exec (\S+)(?:[^\n]*?) --params '([^']+)'/g)];
    expect(calls).not.toEqual([]);
    for (const [, called, params = ''] of calls) {
      expect(called).toBe(name);
      expect(action.parseParams(JSON.parse(params))).toMatchObject({ ok: true });
    }
  });

  it('tells nobody to make something fail that is not there', async () => {
    const endpoints = (await import('./outside-world/routes.js')).Routes;
    const names = new Set(['mail.send', ...new endpoints(() => {}).endpoints.map(({ name }) => name)]);
    const pages = [catalogue, readFileSync(`${folder}outside-world/README.md`, 'utf8'), ...NAMES.map(pageOf)];
    const named = pages.flatMap((page) =>
      [...page.matchAll(/"on": ?"([^"]+)"/g)].map(([, name = '']) => name),
    );
    expect(named.length).toBeGreaterThanOrEqual(NAMES.length);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });
});
