import { HttpCaller, resultMember } from '@action-do/test-support';

/** What this process is told to do: ask for each execution as often as is said, everything at once. */
export interface Batch {
  readonly url: string;
  readonly apiKey: string;
  readonly calls: readonly { readonly id: string; readonly action: string; readonly times: number }[];
}

/** One answer: its `result` member byte for byte, or why there is none. */
export interface Heard {
  readonly id: string;
  readonly result?: string;
  readonly trouble?: string;
}

async function call(caller: HttpCaller, action: string, id: string): Promise<Heard> {
  try {
    const { status, text } = await caller.execute(action, { id, holdMs: 2 });
    return status === 200 ? { id, result: resultMember(text) } : { id, trouble: `${status} ${text}` };
  } catch (error) {
    return { id, trouble: String(error) };
  }
}

process.on('message', async ({ url, apiKey, calls }: Batch) => {
  const caller = new HttpCaller(url, apiKey);
  const asked = calls.flatMap(({ id, action, times }) =>
    Array.from({ length: times }, () => call(caller, action, id)),
  );
  process.send?.(await Promise.all(asked));
});
process.on('disconnect', () => process.exit(0));
