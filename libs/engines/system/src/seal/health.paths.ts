import {
  ClusterService,
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  OnPath,
  SealService,
} from '@tidelock/engine-api';
import { SystemEngine } from '../engine/system-engine';
import { bare, BEFORE_UNSEAL } from './bare';
import { healthStatus } from './health-status';

const NO_ECHO = { durationMs: 0, clockSkewMs: 0, canaryAgeMs: 0 };

/** `sys/health` and `sys/leader`: what load balancers and clients ask first. */
@EnginePart(SystemEngine)
export class HealthPaths {
  constructor(
    private readonly seal: SealService,
    private readonly cluster: ClusterService,
  ) {}

  @OnPath('read', 'health', {
    ...BEFORE_UNSEAL,
    help: 'Tells by its status whether this cluster serves requests.',
    fields: {
      standbyok: 'boolean',
      perfstandbyok: 'boolean',
      activecode: 'integer',
      standbycode: 'integer',
      drsecondarycode: 'integer',
      performancestandbycode: 'integer',
      sealedcode: 'integer',
      uninitcode: 'integer',
      removedcode: 'integer',
      haunhealthycode: 'integer',
      max_lag: 'duration',
      laggingcode: 'integer',
    },
  })
  async health({ raw, now }: EngineRequest): Promise<EngineResponse> {
    const { initialized, sealed, standby } = await this.seal.status();
    const mode = sealed ? 'unknown' : this.cluster.replicationMode();
    const lagSeconds = sealed ? undefined : this.cluster.lagSeconds();
    const { durationMs, clockSkewMs, canaryAgeMs } = (sealed ? undefined : this.cluster.echo()) ?? NO_ECHO;
    const data = {
      initialized,
      sealed,
      standby: sealed || standby,
      performance_standby: false,
      replication_performance_mode: mode,
      replication_dr_mode: sealed ? 'unknown' : 'disabled',
      server_time_utc: Math.trunc(now / 1000),
      version: this.cluster.version,
      enterprise: false,
      ...(!sealed && {
        cluster_name: this.cluster.clusterName,
        cluster_id: this.cluster.clusterId,
        last_wal: this.cluster.lastWal(),
      }),
      ...(lagSeconds !== undefined && { lag_seconds: lagSeconds }),
      echo_duration_ms: durationMs,
      clock_skew_ms: clockSkewMs,
      replication_primary_canary_age_ms: canaryAgeMs,
    };
    return bare(data, healthStatus({ initialized, sealed, standby, mode, lagSeconds }, raw));
  }

  /** Always the answer of a server without high availability: a cluster is one node. */
  @OnPath('read', 'leader', { ...BEFORE_UNSEAL, help: 'Tells which node of the cluster is active.' })
  async leader(): Promise<EngineResponse> {
    return bare({
      ha_enabled: false,
      is_self: false,
      active_time: '0001-01-01T00:00:00Z',
      leader_address: '',
      leader_cluster_address: '',
      performance_standby: false,
      performance_standby_last_remote_wal: 0,
      last_wal: this.cluster.lastWal(),
    });
  }
}
