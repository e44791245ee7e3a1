import { BoolField, DurationField, IntField, MapField } from '@tidelock/engine-api';
import { Max, Min } from 'class-validator';

/** Vault keeps it in 32 bits. */
const MOST_VERSIONS = 0xffff_ffff;

export class ConfigBody {
  @Min(0, { message: 'max_versions cannot be negative' })
  @Max(MOST_VERSIONS, { message: 'max_versions is too large' })
  @IntField({ description: 'Versions to keep of each secret; 0 means 10.' })
  max_versions?: number;

  @BoolField({ description: 'Whether every write must name the version it expects.' })
  cas_required?: boolean;

  @DurationField({
    signed: true,
    description: 'How long after its creation a version is deleted; negative: never, 0: as configured elsewhere.',
  })
  delete_version_after?: number;
}

export class MetadataBody extends ConfigBody {
  @MapField({ description: 'Texts kept beside the secret, in all its versions.' })
  custom_metadata?: Record<string, unknown>;
}
