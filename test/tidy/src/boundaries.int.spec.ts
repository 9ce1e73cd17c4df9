import { readdirSync, readFileSync } from 'node:fs';
import { lint } from './biome-run.js';
import { listFiles, root, textOf } from './repository.js';

// A fixture stands at the path where it would break the rule; its first line says what the linter must answer.
const fixtures = readFixtures();
const verdicts = [...fixtures].map(([path, text]) => ({ path, verdict: text.slice(3, text.indexOf('\n')) }));
const projects = [
  ...['apps', 'libs'].flatMap((parent) => readdirSync(root + parent).map((name) => `${parent}/${name}`)),
  // Of the folders of sample actions each has a page; most are of one project.
  ...listFiles('examples/*/README.md').map((page) => page.replace('/README.md', '')),
];
const messages = lint(new Map([...fixtures, ...projects.map(importsTheTestKit)]));

describe('who may import whom', () => {
  it.each(verdicts.filter(({ verdict }) => verdict.startsWith('refused: ')))(
    '$path is $verdict',
    (fixture) => {
      expect(messages.get(fixture.path)).toContain(fixture.verdict.slice('refused: '.length));
    },
  );

  it.each(verdicts.filter(({ verdict }) => verdict === 'accepted'))('$path is $verdict', (fixture) => {
    expect(messages.get(fixture.path)).toEqual([]);
  });

  it.each(projects)('%s may not import a test package', (project) => {
    const [path] = importsTheTestKit(project);
    expect(messages.get(path)?.join()).toMatch(/imports/);
  });

  it('every rule of tools/lint has a fixture that it refuses', () => {
    const rules = listFiles('tools/lint/*.grit').flatMap((path) =>
      [...textOf(path).matchAll(/(?:\$why|message) = "([^"]+)"/g)].map(([, message]) => message),
    );
    const proven = new Set(verdicts.map(({ verdict }) => verdict.replace('refused: ', '')));
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule) => rule === undefined || !proven.has(rule))).toEqual([]);
  });

  it('every fixture says what the linter must answer', () => {
    expect(verdicts.filter(({ verdict }) => !/^(refused: .+|accepted)$/.test(verdict))).toEqual([]);
  });
});

function readFixtures(): Map<string, string> {
  const folder = `${root}test/tidy/fixtures/`;
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(folder + path, 'utf8')]));
}

function importsTheTestKit(project: string): [path: string, text: string] {
  return [`${project}/src/imports-the-test-kit.ts`, "export { waitUntil } from '@action-do/test-support';\n"];
}
