import '@trademeter/sdk/register';
