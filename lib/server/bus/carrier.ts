/** What travels between two instances: a batch of messages, numbered per sender and recipient from 1. */
export interface Parcel {
  /** The instance that sends it. */
  from: string;
  number: number;
  /** A JSON array of messages. */
  messages: string;
}

/** One way to other instances. It carries parcels and knows nothing of rooms, order or doubles. */
export interface Carrier {
  /** Its name in metrics and logs. */
  readonly name: string;

  /** Begins to take in what comes for `instanceId`. A parcel may come twice, and out of order. */
  open(instanceId: string, onParcel: (parcel: Parcel) => void): void;

  /** Whether it is worth trying for that instance. */
  reaches(instanceId: string): boolean;

  /** Resolves to whether the parcel has arrived, or lies where the recipient will find it. `false`: perhaps not. */
  carry(to: string, parcel: Parcel): Promise<boolean>;

  close(): Promise<void>;
}
