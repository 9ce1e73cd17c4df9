/**
 * In each program of dist/: whoever starts it by hand, after `nx build` or `tsc -b`, hears on stderr that it is of an earlier
 * build. `npm start` and whatever else builds has looked; where dist/ was delivered, there is nothing to compare.
 */
import { basename, dirname, join } from 'node:path';
import { changedIn } from './freshness.mjs';

// What is installed changes least, and is most of the files.
const isOurs = (file) => !file.startsWith('node_modules/');

function tell(program) {
  const root = dirname(dirname(program));
  if (program !== join(root, 'dist', basename(program))) return;
  const [file] = changedIn(root, isOurs) ?? [];
  if (file !== undefined)
    process.stderr.write(
      `${program} is of an earlier build (${file} is another now): \`npm run build\` bundles it anew\n`,
    );
}

tell(process.argv[1] ?? '');
