import { type Command, Option } from 'commander';
import { z } from 'zod';
import { FORMATS, type Format } from './output/format.js';
import type { GivenSettings } from './settings.js';

const GROUP = 'Global options:';

const Given = z.object({
  output: z.enum(FORMATS).optional(),
  baseUrl: z.string().optional(),
  apiKeyFile: z.string().optional(),
});

/** Taken before the command and after it. */
export function addGlobalOptions(command: Command): void {
  command
    .addOption(
      new Option('-o, --output <format>', 'how data is written: table if not given')
        .choices(FORMATS)
        .helpGroup(GROUP),
    )
    .addOption(
      new Option(
        '--base-url <url>',
        'where the platform is; else DO_BASE_URL, else http://127.0.0.1:8420',
      ).helpGroup(GROUP),
    )
    .addOption(
      new Option(
        '--api-key-file <path>',
        'file with the API key; else DO_API_KEY, else api-key in DO_DATA_DIR (./data)',
      ).helpGroup(GROUP),
    );
}

/** What stands nearest to the command counts. */
export function readGlobalOptions(command: Command): { format: Format; settings: GivenSettings } {
  let given: z.infer<typeof Given> = {};
  for (let at: Command | null = command; at !== null; at = at.parent)
    given = { ...Given.parse(at.opts()), ...given };
  return { format: given.output ?? 'table', settings: given };
}
