import { examplesIn, outputWith, patternOf } from './markdown-examples.js';

const page = `# Page

<!-- test: first -->
\`\`\`js
console.log(1);
\`\`\`

\`\`\`text
1
\`\`\`

<!-- file: my-actions.ts -->
\`\`\`ts
export {};
\`\`\`

\`\`\`sh
npm start
\`\`\`
`;

describe('the marked examples of a page', () => {
  it('are those with a mark, each with the output right behind it', () => {
    expect(examplesIn(page)).toEqual([
      { kind: 'test', name: 'first', language: 'js', code: 'console.log(1);\n', output: '1\n' },
      { kind: 'file', name: 'my-actions.ts', language: 'ts', code: 'export {};\n', output: undefined },
    ]);
  });

  it('must have a fenced block behind the mark', () => {
    expect(() => examplesIn(`${page}\n<!-- test: lost -->\nwords\n`)).toThrow('1 marks have no fenced block');
  });

  it('do not include unmarked blocks, which are found by their words', () => {
    expect(outputWith(page, '1')).toBe('1\n');
    expect(() => outputWith(page, 'npm start')).toThrow('npm start');
  });
});

describe('a documented output', () => {
  it('allows anything for …, any port, and nothing else', () => {
    const pattern = patternOf('ready at http://127.0.0.1:8420\n  data …/data (once)\n');
    expect('ready at http://127.0.0.1:31337\n  data /tmp/x/data (once)\nmore').toMatch(pattern);
    expect('ready at http://127.0.0.1:31337\n  data /tmp/x\n/data (once)').not.toMatch(pattern);
    expect('steady, ready at http://127.0.0.1:1\n  data /data (once)').not.toMatch(pattern);
    expect('ready at http://127x0.0.1:1\n  data /data (once)').not.toMatch(pattern);
  });
});
