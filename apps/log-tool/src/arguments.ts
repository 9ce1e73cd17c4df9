import { parseArgs } from 'node:util';
import { type Place, placeOf } from './places.js';
import { usage } from './refused.js';

export const FORMATS = ['table', 'json', 'ndjson', 'id'] as const;
export type Format = (typeof FORMATS)[number];

export interface LogArguments {
  readonly command: 'export' | 'import';
  readonly from: Place;
  readonly to: Place;
  readonly output: Format;
  /** What cannot be copied is left out, and told; else it is a refusal. */
  readonly leaveOutForeign: boolean;
}

export const HELP = `Usage: ado log export --from <url> --to <file or url>
       ado log import --from <file or url> --to <url>

Copies a whole event log, in order, and verifies it at the end. Run again, it goes on where it stopped.

  --from, --to  embedded:<folder>, esdb://host:port?…, or a file; else DO_LOG_FROM and DO_LOG_TO,
                which is where an address with a password belongs
  --leave-out-foreign
                copies a log in which others wrote what cannot be copied, without that, and tells how much it was
  -o, --output  table (default), json, ndjson or id (the id of the new log)

Nobody may use either log meanwhile. docs/how-to/from-standalone-to-production.md has the whole way.
`;

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns 'help' where that is asked for  @throws Refused usage */
export function readArguments(argv: readonly string[], env: Environment, cwd: string): LogArguments | 'help' {
  const { values, positionals } = parse(argv);
  const [command, ...more] = positionals;
  if (values.help === true || command === 'help') return 'help';
  if (command !== 'export' && command !== 'import')
    throw usage(command === undefined ? 'There is no command.' : `There is no command ${command}.`);
  if (more.length > 0) throw usage(`${more[0]} is one word too many.`);
  const output = FORMATS.find((format) => format === (values.output ?? 'table'));
  if (output === undefined) throw usage(`--output is one of ${FORMATS.join(', ')}.`);
  const from = read('--from', values.from, env['DO_LOG_FROM'], cwd);
  const to = read('--to', values.to, env['DO_LOG_TO'], cwd);
  const store = command === 'export' ? from : to;
  if (store.kind === 'file')
    throw usage(
      `ado log ${command} wants a store in ${command === 'export' ? '--from' : '--to'}, such as embedded:./data/log.`,
    );
  return { command, from, to, output, leaveOutForeign: values['leave-out-foreign'] === true };
}

/** How what fails is to be written where the arguments could not be read. */
export const formatIn = (argv: readonly string[]): Format =>
  FORMATS.find((format) => argv.some((word) => word.endsWith(format))) ?? 'table';

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        output: { type: 'string', short: 'o' },
        'leave-out-foreign': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

/** Arguments are shown by `ps` to everybody on the machine and kept in the history of the shell. */
function read(option: string, given: string | undefined, fallback: string | undefined, cwd: string): Place {
  const variable = option === '--from' ? 'DO_LOG_FROM' : 'DO_LOG_TO';
  if (given !== undefined && /\/\/[^/]*:[^/@]*@/.test(given))
    throw usage(
      `${option} holds a password, which everybody on this machine can see: set ${variable} instead.`,
    );
  const text = given ?? fallback;
  if (!text) throw usage(`${option} is missing.`);
  return placeOf(text, cwd);
}
