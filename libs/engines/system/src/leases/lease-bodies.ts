import { BoolField, DurationField, StringField } from '@tidelock/engine-api';

export class LeaseBody {
  @StringField() lease_id?: string;
}

export class RenewBody extends LeaseBody {
  @DurationField() increment?: number;
}

export class RevokeBody extends LeaseBody {
  @BoolField() sync?: boolean;
}

export class RevokePrefixBody {
  @BoolField() sync?: boolean;
}
