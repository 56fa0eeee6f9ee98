import { randomUUID } from "node:crypto";
import { takeCopy, putBackCopy } from "./books.ts";
import { ConflictError, InvalidError, NotFoundError } from "./errors.ts";
import { logger } from "./logger.ts";
import type { Order } from "./model.ts";
import { customerRepository, orderRepository } from "./repository.ts";

export async function getOrder(orderId: string): Promise<Order> {
  const order = await orderRepository.findById(orderId);
  if (!order) throw new NotFoundError("order", orderId);
  return order;
}

export async function placeOrder(customerId: string, bookIds: readonly string[]): Promise<Order> {
  if (bookIds.length === 0) throw new InvalidError("bookIds", "must not be empty");
  const customer = await customerRepository.findById(customerId);
  if (!customer) throw new NotFoundError("customer", customerId);
  if (customer.blocked) throw new ConflictError(`${customer.name} is blocked`);
  let totalCents = 0;
  for (const bookId of bookIds) {
    const book = await takeCopy(bookId);
    totalCents += book.priceCents;
  }
  const order: Order = { id: randomUUID(), customerId, bookIds, status: "open", totalCents };
  await orderRepository.save(order);
  logger.info("order placed", { orderId: order.id, totalCents });
  return order;
}

export async function payOrder(orderId: string): Promise<Order> {
  const order = await orderRepository.findById(orderId);
  if (!order) throw new NotFoundError("order", orderId);
  if (order.status !== "open") throw new ConflictError(`order ${orderId} is ${order.status}`);
  const changed: Order = { ...order, status: "paid" };
  await orderRepository.save(changed);
  logger.info("order paid", { orderId });
  return changed;
}

export async function sendOrder(orderId: string): Promise<Order> {
  const order = await orderRepository.findById(orderId);
  if (!order) throw new NotFoundError("order", orderId);
  if (order.status !== "paid") throw new ConflictError(`order ${orderId} is ${order.status}`);
  const changed: Order = { ...order, status: "sent" };
  await orderRepository.save(changed);
  logger.info("order sent", { orderId });
  return changed;
}

export async function cancelOrder(orderId: string): Promise<Order> {
  const order = await orderRepository.findById(orderId);
  if (!order) throw new NotFoundError("order", orderId);
  if (order.status === "sent") throw new ConflictError(`order ${orderId} is ${order.status}`);
  for (const bookId of order.bookIds) await putBackCopy(bookId);
  const changed: Order = { ...order, status: "cancelled" };
  await orderRepository.save(changed);
  logger.info("order cancelled", { orderId });
  return changed;
}
