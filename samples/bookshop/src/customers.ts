import { randomUUID } from "node:crypto";
import { ConflictError, InvalidError, NotFoundError } from "./errors.ts";
import { logger } from "./logger.ts";
import type { Customer } from "./model.ts";
import { customerRepository, orderRepository } from "./repository.ts";

export async function getCustomer(customerId: string): Promise<Customer> {
  const customer = await customerRepository.findById(customerId);
  if (!customer) throw new NotFoundError("customer", customerId);
  return customer;
}

export async function addCustomer(name: string, email: string): Promise<Customer> {
  if (name.trim() === "") throw new InvalidError("name", "must not be empty");
  if (!email.includes("@")) throw new InvalidError("email", "must be an address");
  const customer: Customer = { id: randomUUID(), name, email, blocked: false };
  await customerRepository.save(customer);
  logger.info("customer added", { customerId: customer.id });
  return customer;
}

export async function blockCustomer(customerId: string): Promise<Customer> {
  const customer = await customerRepository.findById(customerId);
  if (!customer) throw new NotFoundError("customer", customerId);
  if (customer.blocked) throw new ConflictError(`${customer.name} is blocked already`);
  const changed: Customer = { ...customer, blocked: true };
  await customerRepository.save(changed);
  logger.info("customer blocked", { customerId });
  return changed;
}

export async function removeCustomer(customerId: string): Promise<void> {
  const customer = await customerRepository.findById(customerId);
  if (!customer) throw new NotFoundError("customer", customerId);
  const orders = await orderRepository.findAll((order) => order.customerId === customerId && order.status === "open");
  if (orders.length > 0) throw new ConflictError(`${customer.name} has ${orders.length} open orders`);
  await customerRepository.remove(customerId);
  logger.info("customer removed", { customerId });
}
