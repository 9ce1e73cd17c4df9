import { StoreUnavailable } from '@action-do/event-store';
import { type ViewsDifference, ViewsInUse, ViewsUnavailable } from '@action-do/views';

/** The views built anew are not the live ones. Either of them is wrong, and a person has to find out which. */
export class ViewsDiffer extends Error {
  constructor(readonly difference: ViewsDifference) {
    super(sentence(difference));
    this.name = 'ViewsDiffer';
  }
}

/** More is written than is read again: it would never end. */
export class ViewsOutrun extends Error {
  constructor() {
    super('events are written as fast as they are read again; rebuild when fewer actions are executed');
    this.name = 'ViewsOutrun';
  }
}

function sentence({ table, key, what, columns }: ViewsDifference): string {
  const row = `the row ${key} of ${table}`;
  const found = {
    missing: `the live views have ${row}, and those built anew have not`,
    surplus: `those built anew have ${row}, and the live views have not`,
    unequal: `${row} differs in ${columns.join(', ')}`,
  };
  return `${found[what]}; the live views stay as they are`;
}

/** One sentence for whoever asked for it; what is inside stays in our log. */
export function whyItFailed(error: unknown, signal: AbortSignal): string {
  if (error instanceof ViewsDiffer || error instanceof ViewsOutrun) return error.message;
  if (signal.aborted) return 'the live views were closed meanwhile';
  if (error instanceof ViewsInUse) return 'another projector has taken over the views';
  if (error instanceof ViewsUnavailable) return 'the views could not be written';
  if (error instanceof StoreUnavailable) return 'the event log could not be read';
  return 'an error of ours, which the log of the platform tells';
}
