export interface Book {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly priceCents: number;
  readonly copies: number;
}

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly blocked: boolean;
}

export interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly bookIds: readonly string[];
  readonly status: "open" | "paid" | "sent" | "cancelled";
  readonly totalCents: number;
}

export interface Loan {
  readonly id: string;
  readonly bookId: string;
  readonly customerId: string;
  readonly dueOn: Date;
  readonly returnedOn: Date | undefined;
}
