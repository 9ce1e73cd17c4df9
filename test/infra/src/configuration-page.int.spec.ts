import { execFileSync } from 'node:child_process';
import { EVENT_LOG_VARIABLES } from '@action-do/event-log';
import { STACK_VARIABLES } from '@action-do/stack';
import { STANDALONE_VARIABLES } from '@action-do/standalone';
import { root, textOf } from './repository.js';
import { SERVICES } from './service-variables.js';

const page = textOf('docs/reference/configuration.md');
const sectionOf = (title: string): string => page.split(/^## /m).find((text) => text.startsWith(title)) ?? '';

/** Cells of each row that begins with a variable. */
const rowsOf = (section: string): Map<string, string[]> =>
  new Map(
    [...section.matchAll(/^\| `(DO_\w+)` \|(.*)\|$/gm)].map(([, name = '', cells = '']) => [
      name,
      cells.split(/(?<!\\)\|/).map((cell) => cell.trim()),
    ]),
  );

interface Variable {
  readonly schema: {
    safeParse(value: unknown): { readonly success: boolean; readonly data?: unknown };
  };
}

/** How a cell says what holds where nothing is set. */
function defaultOf({ schema }: Variable): RegExp {
  const { success, data } = schema.safeParse(undefined);
  if (!success) return /^needed$/;
  if (data === undefined || String(data) === '') return /^(unset|empty|the example|made at first start.*)$/;
  return new RegExp(`^\`${String(data).replace(/[.]/g, '\\.')}\`$`);
}

describe('the page of the configuration', () => {
  it('has each table once', () => {
    const listOf = (text: string): string => [...rowsOf(text).keys()].sort().join();
    const lists = page
      .split(/^## /m)
      .map(listOf)
      .filter((list) => list !== '');
    expect(new Set(lists).size).toBe(lists.length);
    expect(page.match(/^\| `DO_EVENT_LOG_ADVERTISED`/gm)).toHaveLength(1);
  });

  it.each([
    ['Standalone', STANDALONE_VARIABLES],
    ['Event log', EVENT_LOG_VARIABLES],
    ['All of them', STACK_VARIABLES],
  ] as const)('has every variable of “%s” with its default, and no other', (title, variables) => {
    const rows = rowsOf(sectionOf(title));
    expect([...rows.keys()].sort()).toEqual(Object.keys(variables).sort());
    for (const [name, variable] of Object.entries(variables))
      expect({ name, told: rows.get(name)?.[0] }).toEqual({
        name,
        told: expect.stringMatching(defaultOf(variable)),
      });
  });

  it.each(Object.keys(SERVICES).map((service, column) => [service, column] as const))(
    'has every variable of the %s with its default, and no other',
    (service, column) => {
      const variables = SERVICES[service] ?? {};
      const rows = rowsOf(sectionOf('Services'));
      const told = [...rows].filter(([, cells]) => cells[column] !== '').map(([name]) => name);
      expect(told.sort()).toEqual(Object.keys(variables).sort());
      for (const [name, variable] of Object.entries(variables))
        expect({ name, told: rows.get(name)?.[column] }).toEqual({
          name,
          told: expect.stringMatching(defaultOf(variable)),
        });
    },
  );
});

it('no page lets a caller fall back to another address than the one at which a platform answers by default', () => {
  const { DO_HTTP_HOST: host, DO_HTTP_PORT: port } = STANDALONE_VARIABLES;
  const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
  const told = documents.flatMap((path) =>
    [...textOf(path).matchAll(/\bDO_BASE_URL\b.{0,12}?(https?:\/\/[^'"`\s)]+)/g)].map(([, url]) => [
      path,
      url,
    ]),
  );
  const pages = told.map(([path]) => path);
  expect(pages).toEqual(expect.arrayContaining(['docs/reference/api-documents.md', 'libs/sdk/README.md']));
  expect(told).toEqual(
    pages.map((path) => [path, `http://${host.schema.parse(undefined)}:${port.schema.parse(undefined)}`]),
  );
});
