import type { Book, Customer, Loan, Order } from "./model.ts";

/** Records of one kind, by id. */
export interface Repository<T extends { readonly id: string }> {
  findById(id: string): Promise<T | undefined>;
  findAll(matches: (record: T) => boolean): Promise<T[]>;
  save(record: T): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Keeps records in memory: enough for the shop's one computer. */
export function createRepository<T extends { readonly id: string }>(): Repository<T> {
  const records = new Map<string, T>();
  return {
    findById: async (id) => records.get(id),
    findAll: async (matches) => [...records.values()].filter(matches),
    save: async (record) => {
      records.set(record.id, record);
    },
    remove: async (id) => {
      records.delete(id);
    },
  };
}

export const bookRepository = createRepository<Book>();
export const customerRepository = createRepository<Customer>();
export const orderRepository = createRepository<Order>();
export const loanRepository = createRepository<Loan>();
