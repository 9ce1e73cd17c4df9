import { parseArgs } from 'node:util';
import { type Place, placeOf, type StorePlace } from './places.js';
import { usage } from './refused.js';

export const FORMATS = ['table', 'json', 'ndjson', 'id'] as const;
export type Format = (typeof FORMATS)[number];
/** Then nothing but JSON is written, also on stderr. */
export const writesJson = (format: Format): boolean => format === 'json' || format === 'ndjson';

export interface CopyArguments {
  readonly command: 'export' | 'import';
  readonly from: Place;
  readonly to: Place;
  readonly output: Format;
  /** What cannot be copied is left out, and told; else it is a refusal. */
  readonly leaveOutForeign: boolean;
}

interface RestoredArguments {
  readonly command: 'restored';
  readonly log: StorePlace;
  readonly reason: string | undefined;
  /** It was put back once more since a restoration that the log tells of. */
  readonly again: boolean;
  readonly output: Format;
}

export type LogArguments = CopyArguments | RestoredArguments;

export const HELP = `Usage: ado log export --from <url> --to <file or url>
       ado log import --from <file or url> --to <url>
       ado log restored --log <url>

Copies a whole event log, in order, and verifies it at the end. Run again, it goes on where it stopped.
Or tells a log that it was put back from a backup, and parks as unknown what was open in it.

  --from, --to  embedded:<folder>, esdb://host:port?…, or a file; else DO_LOG_FROM and DO_LOG_TO,
                which is where an address with a password belongs
  --leave-out-foreign
                copies a log in which others wrote what cannot be copied, without that, and tells how much it was
  --log         the log that was put back: embedded:<folder> or esdb://host:port?…; else DO_EVENT_STORE
  --reason      why it was put back, for the audit trail: at most 500 characters
  --again       it was put back once more since ado log restored was run, and the log shows that
  -o, --output  table (default), json, ndjson or id (the id of the new log, or of the one that was put back)

Nobody may use the logs meanwhile. docs/how-to/from-standalone-to-production.md has the whole way of a copy,
docs/how-to/restore-from-a-backup.md that of a restoration.
`;

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns 'help' where that is asked for  @throws Refused usage */
export function readArguments(argv: readonly string[], env: Environment, cwd: string): LogArguments | 'help' {
  const { values, positionals } = parse(argv);
  const [command, ...more] = positionals;
  if (values.help === true || command === 'help') return 'help';
  if (command !== 'export' && command !== 'import' && command !== 'restored')
    throw usage(command === undefined ? 'There is no command.' : `There is no command ${command}.`);
  if (more.length > 0) throw usage(`${more[0]} is one word too many.`);
  const output = FORMATS.find((format) => format === (values.output ?? 'table'));
  if (output === undefined) throw usage(`--output is one of ${FORMATS.join(', ')}.`);
  insistOnOwn(command, values);
  if (command === 'restored') {
    const { reason, again = false } = values;
    if (reason !== undefined && (reason.trim() === '' || reason.length > REASON_LENGTH_MAX))
      throw usage(`--reason has 1 to ${REASON_LENGTH_MAX} characters.`);
    const log = read('--log', values.log, env[VARIABLES['--log']], cwd);
    if (log.kind === 'file') throw usage('--log is a store, such as embedded:./data/log.');
    return { command, log, reason, again, output };
  }
  const from = read('--from', values.from, env[VARIABLES['--from']], cwd);
  const to = read('--to', values.to, env[VARIABLES['--to']], cwd);
  const store = command === 'export' ? from : to;
  if (store.kind === 'file')
    throw usage(
      `ado log ${command} wants a store in ${command === 'export' ? '--from' : '--to'}, such as embedded:./data/log.`,
    );
  return { command, from, to, output, leaveOutForeign: values['leave-out-foreign'] === true };
}

const REASON_LENGTH_MAX = 500;
const VARIABLES = { '--from': 'DO_LOG_FROM', '--to': 'DO_LOG_TO', '--log': 'DO_EVENT_STORE' } as const;
const COPYING = ['from', 'to', 'leave-out-foreign'] as const;
const RESTORING = ['log', 'reason', 'again'] as const;

/** An option of another command was meant to do something. */
function insistOnOwn(command: string, values: Readonly<Record<string, unknown>>): void {
  for (const option of command === 'restored' ? COPYING : RESTORING)
    if (values[option] !== undefined) throw usage(`ado log ${command} takes no --${option}.`);
}

/** How what fails is to be written where the arguments could not be read. */
export const formatIn = (argv: readonly string[]): Format =>
  FORMATS.find((format) => ['', '-o', '--output='].some((how) => argv.includes(`${how}${format}`))) ??
  'table';

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
        log: { type: 'string' },
        reason: { type: 'string' },
        again: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

/** Arguments are shown by `ps` to everybody on the machine and kept in the history of the shell. */
function read(
  option: keyof typeof VARIABLES,
  given: string | undefined,
  fallback: string | undefined,
  cwd: string,
): Place {
  if (given !== undefined && /\/\/[^/]*:[^/@]*@/.test(given))
    throw usage(
      `${option} holds a password, which everybody on this machine can see: set ${VARIABLES[option]} instead.`,
    );
  const text = given ?? fallback;
  // Bare `embedded:` is the platform's own folder, and this tool does not know which that is.
  if (!text || text === 'embedded:') throw usage(`${option} is missing.`);
  return placeOf(text, cwd);
}
