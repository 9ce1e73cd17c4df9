import type { ServerCounts } from '@action-do/event-store';

/** In the text format of Prometheus. Counters begin at 0 with the process. */
export function metricsText(counts: ServerCounts): string {
  const { writes, eventsRead, openReads, openSubscriptions, waitingBytes, lastPosition } = counts;
  return [
    ...metric(
      'do_event_log_writes_total',
      'counter',
      'Appends, deletes and tombstones by what became of them.',
    ),
    ...Object.entries(writes).map(([outcome, count]) => sample('do_event_log_writes_total', count, outcome)),
    ...metric('do_event_log_events_read_total', 'counter', 'Events sent to readers and subscribers.'),
    sample('do_event_log_events_read_total', eventsRead),
    ...metric('do_event_log_open_reads', 'gauge', 'Reads under way.'),
    sample('do_event_log_open_reads', openReads),
    ...metric('do_event_log_open_subscriptions', 'gauge', 'Subscriptions open.'),
    sample('do_event_log_open_subscriptions', openSubscriptions),
    ...metric('do_event_log_waiting_bytes', 'gauge', 'Of appends that are not answered yet.'),
    sample('do_event_log_waiting_bytes', waitingBytes),
    ...metric('do_event_log_last_position', 'gauge', 'Position of the last durable event.'),
    sample('do_event_log_last_position', lastPosition),
    ...metric('process_resident_memory_bytes', 'gauge', 'Resident memory of the process.'),
    sample('process_resident_memory_bytes', process.memoryUsage.rss()),
    '',
  ].join('\n');
}

const metric = (name: string, type: 'counter' | 'gauge', help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

const sample = (name: string, value: number | bigint, outcome?: string): string =>
  outcome === undefined ? `${name} ${value}` : `${name}{outcome="${outcome}"} ${value}`;
