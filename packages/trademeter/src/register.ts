export {} from '@trademeter/sdk/register';
