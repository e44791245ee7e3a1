import type { Admin, IResourceConfigEntry } from 'kafkajs';
import { type BrokerSettings, DEFAULT_RETENTION_MS, MAX_MESSAGE_BYTES } from '@tidelock/stream';
import { kafkajs } from './kafkajs-internals';

/**
 * What replication relies on: offsets without holes (no compaction), batches as they were written (readers open no compressed ones), room for the
 * largest request, and the broker's own clock: by the primary's, a broker refuses what is more than an hour ahead of it, and drops at once what is older than the retention.
 */
const required = (settings: BrokerSettings): Readonly<Record<string, string>> => ({
  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'message.timestamp.type': 'LogAppendTime',
  'max.message.bytes': String(MAX_MESSAGE_BYTES),
  'retention.ms': String(settings.retentionMs ?? DEFAULT_RETENTION_MS),
});

/** Makes the topic, or brings an existing one's settings in line. */
export async function ensureTopic(admin: Admin, topic: string, settings: BrokerSettings): Promise<void> {
  const wanted = required(settings);
  const created = await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic,
        numPartitions: 1,
        replicationFactor: settings.replicationFactor ?? -1,
        configEntries: Object.entries(wanted).map(([name, value]) => ({ name, value })),
      },
    ],
  });
  if (!created) await align(admin, topic, wanted);
}

async function align(admin: Admin, topic: string, wanted: Readonly<Record<string, string>>): Promise<void> {
  const resource = { type: kafkajs().ConfigResourceTypes.TOPIC, name: topic };
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
  const present = resources[0]?.configEntries ?? [];
  const differs = Object.entries(wanted).some(([name, value]) => valueOf(present, name) !== value);
  if (!differs) return;
  // The request replaces all of a topic's own settings, so those of others are repeated.
  const others = present.filter(({ isDefault, configName }) => !isDefault && !(configName in wanted));
  const configEntries = [
    ...others.map(({ configName, configValue }) => ({ name: configName, value: configValue })),
    ...Object.entries(wanted).map(([name, value]) => ({ name, value })),
  ];
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
}

const valueOf = (
  entries:
    readonly Pick<IResourceConfigEntry, 'name' | 'value'>[] | readonly { configName: string; configValue: string }[],
  name: string,
) => {
  for (const entry of entries) if ('configName' in entry && entry.configName === name) return entry.configValue;
  return undefined;
};
